"""Predictions: what each model said of each judged loan, kept so that figures can be recomputed."""

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq

from risk_platform.contract.predictions import IS_COMPLETE, OUTCOME, SPLIT
from risk_platform.orchestration.candidates import CANDIDATES
from risk_platform.orchestration.metadata import counts_table, table_schema
from risk_platform.orchestration.resources import Experiment
from risk_platform.orchestration.retries import retried_io
from risk_platform.scoring.segments import Segments
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.predictions import predict_loans
from risk_platform.store.tables import TableStore
from risk_platform.training.fitted import Fitted


@dg.asset(
    ins={name: dg.AssetIn(dagster_type=Fitted) for name in CANDIDATES},
    io_manager_key="tables",
    group_name="evaluation",
    kinds={"numpy", "parquet"},
)
def model_predictions(
    context: dg.AssetExecutionContext,
    loan_features: PartFiles,
    cleaned_loans: PartFiles,
    borrower_segments: Segments,
    experiment: Experiment,
    store: dg.ResourceParam[TableStore],
    **candidates: Fitted,
) -> dg.MaterializeResult:
    """Every model's PD of every loan of validation and test, with its terms, outcome and money.

    Whatever is said of a model later - figures, curves, money - is worked out from this table
    alone. What a loan paid stands here and in no table that a model reads.
    """
    models = {name: fitted.model for name, fitted in candidates.items()}
    table = predict_loans(
        loan_features, cleaned_loans, models, borrower_segments, experiment.rules.outcome
    )
    with retried_io(context), store.new_version("model_predictions") as version:
        pq.write_table(table, version.folder / "part.parquet", compression="zstd")
        version.rows = table.num_rows
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": table.num_rows,
            "dagster/column_schema": table_schema(table.schema),
            "version": version.name,
            "content": version.manifest.content if version.manifest else None,
            "protocol": experiment.rules.label,
            "loans": counts_table(_loans(table), "split"),
            "defaults": int(table[OUTCOME].to_numpy().sum()),
            "loans whose money is complete": int(table[IS_COMPLETE].to_numpy().sum()),
        }
    )


def _loans(table: pa.Table) -> dict[str, int]:
    counted = table[SPLIT].value_counts().to_pylist()
    return {row["values"]: row["counts"] for row in counted}

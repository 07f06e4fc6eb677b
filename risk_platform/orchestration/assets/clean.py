"""Clean: typed columns, one row a loan."""

from collections.abc import Sequence

import dagster as dg
import numpy as np

from risk_platform.orchestration.partitions import QUARTERS
from risk_platform.orchestration.pools import SPARK
from risk_platform.orchestration.resources import SparkResource
from risk_platform.spark.clean import Snapshots, clean_loans
from risk_platform.spark.partwise import PartFiles, Partwise
from risk_platform.spark.survey import Replaced, superseded_records, survey
from risk_platform.spark.tally import SAMPLES

_COLUMNS = {
    "file": "string",
    "replaced by": "string",
    "rows": "int",
    "reason": "string",
    "sample ids": "string",
}


@dg.asset(
    partitions_def=QUARTERS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    io_manager_key="tables",
    group_name="ingest",
    kinds={"pyspark", "parquet"},
    pool=SPARK,
)
def cleaned_loans(
    context: dg.AssetExecutionContext, raw_loans: PartFiles, spark: SparkResource
) -> Partwise:
    """Loans with typed columns, each loan once.

    Percentages, terms, months, employment lengths and labels have one form whatever the file's
    layout was. A loan that stands in several files is kept from the newest snapshot, and its other
    rows are counted as duplicates, by file; the snapshot of each file, its latest payment or
    credit pull, is kept with the loan. A partition is a
    quarter of issue.
    """
    snapshots, replaced = survey(spark.spark_session, raw_loans)
    context.add_output_metadata(
        {
            "snapshots": dg.MetadataValue.json({file: str(day) for file, day in snapshots.items()}),
            "superseded": sum(len(rows.records) for rows in replaced),
            "duplicates": duplicates_table(replaced, snapshots),
        }
    )
    return clean_loans(raw_loans, snapshots, superseded_records(replaced))


def duplicates_table(replaced: Sequence[Replaced], snapshots: Snapshots) -> dg.TableMetadataValue:
    """Return which rows were left out for which, and why, with some of the loans."""
    return dg.MetadataValue.table(
        records=[
            dg.TableRecord(
                {
                    "file": rows.file,
                    "replaced by": rows.by,
                    "rows": len(rows.records),
                    "reason": f"DUPLICATE: {_why(rows, snapshots)}",
                    "sample ids": ", ".join(map(str, np.unique(rows.ids)[:SAMPLES].tolist())),
                }
            )
            for rows in replaced
        ],
        schema=dg.TableSchema([dg.TableColumn(name, kind) for name, kind in _COLUMNS.items()]),
    )


def _why(rows: Replaced, snapshots: Snapshots) -> str:
    if rows.file == rows.by:
        return "the file names the loan again"
    if snapshots[rows.file] == snapshots[rows.by]:
        return "a file of the same snapshot names the loan too"
    return "a newer snapshot names the loan"

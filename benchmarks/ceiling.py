"""Ceiling: the champion's AUC and calibration on generated loans, whose true PD is known.

No model can rank the test loans better than their true PD does, but by luck. Needs ``make demo``
on generated loans first: the truth is drawn again from the same seed.
"""

import tempfile
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import TypeAdapter

from benchmarks.figures import show
from risk_platform.contract.protocols import protocol_named
from risk_platform.contract.splits import Split
from risk_platform.evaluation.metrics import auc, performance
from risk_platform.settings import Settings
from risk_platform.sources.generator.generate import generate
from risk_platform.spark.split import SPLIT
from risk_platform.store.documents import DocumentStore
from risk_platform.store.tables import TableStore
from risk_platform.training.fitted import Fitted
from risk_platform.training.inputs import inputs_of


def run() -> None:
    """Measure and show."""
    settings = Settings()
    protocol = protocol_named(settings.protocol, settings.split_dates)
    table = TableStore(settings.tables_root).dataset("loan_features")
    inputs = inputs_of(table, Split.TEST, protocol)
    test = table.to_table(["id"], filter=pc.field(SPLIT) == Split.TEST.value)
    model = DocumentStore(settings.tables_root).read("model_lightgbm")
    champion = TypeAdapter(Fitted).validate_json(model).predict(inputs.features)
    truth = _true_pd(settings.loans, settings.seed, test["id"].to_pylist())
    outcomes, grade = inputs.outcomes, inputs.sub_grade
    rows = {
        name: {"AUC": auc(outcomes, pd)} | _calibration(outcomes, pd)
        for name, pd in (("true PD (ceiling)", truth), ("champion", champion))
    }
    lift = (rows["champion"]["AUC"] - 0.5) / (rows["true PD (ceiling)"]["AUC"] - 0.5)
    distance = {"correlation with the true PD": float(np.corrcoef(truth, champion)[0, 1])}
    show(
        "ceiling",
        rows
        | {"sub_grade alone": {"AUC": auc(outcomes, grade)}}
        | {"champion": rows["champion"] | distance, "share of the Gini there is": {"AUC": lift}},
    )


def _calibration(outcomes: np.ndarray, pd: np.ndarray) -> dict[str, float]:
    figures = performance(outcomes, pd)
    return {name: figures[name] for name in ("mean_pd", "default_rate", "ece", "brier")}


def _true_pd(loans: int, seed: int, ids: list[str]) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        made = generate(loans, seed, Path(folder), with_truth=True)
        table = pq.read_table(made.truth)
    truth = dict(zip(table["id"].to_pylist(), table["pd_12m"].to_pylist(), strict=True))
    return np.array([truth[loan] for loan in ids])

"""Champion: how the models of the last run rank test loans, beside the grade and the true PD.

Needs ``make demo`` first, under the same settings. Of generated loans the true PD is known, as it
is drawn again from the same seed: no model can rank better, but by luck. Of the loans that
``RISK_SOURCE`` names nobody knows it.
"""

import tempfile
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import TypeAdapter

from benchmarks.figures import show
from benchmarks.watched import Figures
from risk_platform.contract.protocols import protocol_named
from risk_platform.contract.splits import Split
from risk_platform.evaluation.leaderboard import Leaderboard, Standing
from risk_platform.evaluation.metrics import auc
from risk_platform.settings import Settings
from risk_platform.sources.generator.generate import generate
from risk_platform.spark.split import SPLIT
from risk_platform.store.documents import DocumentStore
from risk_platform.store.tables import TableStore
from risk_platform.training.fitted import Fitted
from risk_platform.training.inputs import inputs_of

_CHAMPION = "model_lightgbm"


def run() -> None:
    """Measure and show."""
    settings = Settings()
    documents = DocumentStore(settings.tables_root)
    board = TypeAdapter(Leaderboard).validate_json(documents.read("leaderboard"))
    rows = {one.name: figures_of(one) for one in board.of(Split.TEST)}
    if settings.source:
        show("champion_given", rows)
        return
    area, distance = _ceiling(settings, documents)
    share = (rows[_CHAMPION]["AUC"] - 0.5) / (area - 0.5)
    beside = {"share of the true PD's Gini": share, "correlation with it": distance}
    rows[_CHAMPION] |= beside
    show(f"champion_{settings.loans}", {"the true PD": {"AUC": area}} | rows)


def figures_of(one: Standing) -> Figures:
    """Return how one was judged: area with its interval at 95 %, KS, and the ECE of a PD."""
    area, error = one.intervals["auc"], one.figures.get("ece")
    figures = {"AUC": area.value, "low": area.low, "high": area.high, "KS": one.figures["ks"]}
    return figures | ({} if error is None else {"ECE": error})


def _ceiling(settings: Settings, documents: DocumentStore) -> tuple[float, float]:
    """Return the AUC of the true PD, and the correlation of the champion's PD with it."""
    protocol = protocol_named(settings.protocol, settings.split_dates)
    table = TableStore(settings.tables_root).dataset("loan_features")
    inputs = inputs_of(table, Split.TEST, protocol)
    test = table.to_table(["id"], filter=pc.field(SPLIT) == Split.TEST.value)
    truth = _true_pd(settings.loans, settings.seed, test["id"].to_pylist())
    model = TypeAdapter(Fitted).validate_json(documents.read(_CHAMPION))
    champion = model.predict(inputs.features)
    return auc(inputs.outcomes, truth), float(np.corrcoef(truth, champion)[0, 1])


def _true_pd(loans: int, seed: int, ids: list[str]) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        made = generate(loans, seed, Path(folder), with_truth=True)
        table = pq.read_table(made.truth)
    truth = dict(zip(table["id"].to_pylist(), table["pd_12m"].to_pylist(), strict=True))
    return np.array([truth[loan] for loan in ids])

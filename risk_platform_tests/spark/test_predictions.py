"""Stored predictions hold each judged loan once, with what its model and its books say of it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from risk_platform.contract.outcome import Resolved
from risk_platform.contract.protocols import SEED
from risk_platform.contract.splits import Cuts
from risk_platform.contract.vintages import month_named
from risk_platform.features.definitions import FEATURE_NAMES
from risk_platform.scoring.calibration import Platt
from risk_platform.scoring.model import Model
from risk_platform.spark.clean import clean_loans
from risk_platform.spark.features import map_features
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.predictions import predict_loans, predictions_schema
from risk_platform.spark.split import SPLIT, split_loans, split_schema
from risk_platform.spark.typed import first_day
from risk_platform_tests.bundles import SEGMENTS, STATE, small_bundle
from risk_platform_tests.made import written

MODEL = "model_lightgbm"
CUTS = Cuts(month_named("2015-01"), month_named("2016-01"))
# One loan a line: number, month of issue, status, term; then what the books say of its money.
LOANS = (
    ("1", "Mar-2014", "Fully Paid", " 36 months", {}),
    ("2", "Mar-2015", "Charged Off", " 36 months", {"recoveries": "90.0"}),
    ("3", "Mar-2015", "Current", " 36 months", {}),
    ("4", "Feb-2016", "Fully Paid", " 36 months", {"total_pymnt": "11000.5"}),
    ("5", "Feb-2016", "Fully Paid", " 60 months", {"sub_grade": "", "grade": ""}),
)

Maker = Callable[[Sequence[Mapping[str, str]]], PartFiles]


@pytest.fixture
def table(raw_parts: Maker, tmp_path: Path) -> pa.Table:
    """Return the predictions of five loans, read in 2019, by a model and its calibrated twin."""
    rows = [
        {"id": number, "issue_d": issued, "loan_status": status, "term": term, **books}
        for number, issued, status, term, books in LOANS
    ]
    snapshots = {"a.csv": first_day(month_named("2019-03"))}
    parts = [tmp_path / name for name in ("cleaned", "split", "features")]
    for folder in parts:
        folder.mkdir()
    cleaned = written(clean_loans(raw_parts(rows), snapshots, {}), parts[0])
    divided = written(split_loans(cleaned, SEED, CUTS), parts[1])
    schema = split_schema(Resolved())
    carried = [schema.field(name) for name in ("id", SPLIT, Resolved().name)]
    features = written(map_features(divided, STATE, carried), parts[2])
    return predict_loans(features, _reversed(cleaned, tmp_path), models(), SEGMENTS, Resolved())


def _reversed(cleaned: PartFiles, folder: Path) -> PartFiles:
    """Return the cleaned loans in another order: a join must not go by place."""
    (path,) = cleaned.paths
    loans = pq.read_table(path)
    pq.write_table(loans.take(np.arange(loans.num_rows)[::-1]), folder / "reversed.parquet")
    return PartFiles({"2016-01-01": [str(folder / "reversed.parquet")]})


def models() -> dict[str, Model]:
    """Return a model that reads every feature, and one with half its odds."""
    model = small_bundle().model
    halved = Platt(slope=1.0, intercept=-float(np.log(2)))
    return {
        MODEL: model,
        "model_gbt": Model(
            family=model.family, inputs=FEATURE_NAMES, text=model.text, calibration=halved
        ),
    }


def test_only_judged_loans_are_kept(table: pa.Table) -> None:
    """Neither those of training, nor those whose outcome is not known."""
    assert table["id"].to_pylist() == ["2", "4", "5"]
    assert table[SPLIT].to_pylist() == ["validation", "test", "test"]
    assert table["outcome"].to_pylist() == [1, 0, 0]


def test_a_loan_keeps_its_own_books(table: pa.Table) -> None:
    """They are joined by its number, whatever the order of the files."""
    assert table["recoveries"].to_pylist()[0] == 90.0
    assert table["total_pymnt"].to_pylist()[1] == 11_000.5
    assert table["months_observed"].to_pylist() == [48, 37, 37]


def test_money_is_complete_once_the_term_has_ended(table: pa.Table) -> None:
    """A loan of 60 months that was paid off early is not: its vintage goes on."""
    assert table["is_complete"].to_pylist() == [True, True, False]


def test_a_sub_grade_is_ranked_where_there_is_one(table: pa.Table) -> None:
    """B5 is the tenth; none is null."""
    assert table["sub_grade_rank"].to_pylist() == [10.0, 10.0, None]


def test_each_model_has_its_own_calibrated_pds(table: pa.Table) -> None:
    """Half the odds of the other, as its calibration says."""
    plain, halved = table[MODEL].to_numpy(), table["model_gbt"].to_numpy()
    np.testing.assert_allclose(halved / (1 - halved), plain / (1 - plain) / 2, rtol=1e-9)


def test_a_loan_is_of_the_segment_that_it_was_scored_with(table: pa.Table) -> None:
    """By number and name, as the service tells it."""
    labels = [f"{place} {name}" for place, name in enumerate(SEGMENTS.names, start=1)]
    assert set(table["segment"].to_pylist()) == {labels[0]}


def test_a_table_has_the_columns_that_it_promises(table: pa.Table) -> None:
    """A column for each model, and the types of the contract."""
    assert table.schema.equals(predictions_schema((MODEL, "model_gbt")))

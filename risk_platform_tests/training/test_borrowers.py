"""Borrowers: read from the training split alone, and described by what became of their loans."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from risk_platform.evaluation.profiles import Loans
from risk_platform.evaluation.traits import TRAIT_NAMES
from risk_platform.scoring.rules import Nearest
from risk_platform.scoring.segments import Segments
from risk_platform.spark.clean import clean_loans
from risk_platform.spark.partwise import PartFiles
from risk_platform.training.borrowers import Borrowers, described, training_borrowers
from risk_platform.training.scales import learn_scales
from risk_platform_tests.made import written

RawParts = Callable[[Sequence[Mapping[str, str]]], PartFiles]
OUTCOME = "default_12m"
BOOKS: Sequence[Mapping[str, str]] = (
    {"id": "1", "loan_status": "Fully Paid", "total_rec_prncp": "9999.98"},
    {"id": "2", "loan_status": "Current", "total_rec_prncp": "100"},
    {
        "id": "3",
        "loan_status": "Charged Off",
        "total_rec_prncp": "4000",
        "recoveries": "500",
        "collection_recovery_fee": "90",
    },
)


@pytest.fixture
def features(tmp_path: Path) -> PartFiles:
    """Return features of five loans, the last of which belongs to validation."""
    rng = np.random.default_rng(1)
    columns = {name: rng.normal(50, 9, 5) for name in TRAIT_NAMES} | {
        "id": ["3", "1", "9", "2", "4"],
        "split": ["train"] * 4 + ["validation"],
        OUTCOME: pa.array([1, 0, 0, 1, 1], pa.int32()),
        "loan_amnt": [3e3, 1e3, 9e3, 2e3, 4e3],
        "int_rate": [30.0] * 5,
    }
    columns["fico_mid"] = pa.array([None, 700.0, 710.0, 720.0, 730.0])
    pq.write_table(pa.table(columns), tmp_path / "features.parquet")
    return PartFiles({"2016-01-01": [str(tmp_path / "features.parquet")]})


@pytest.fixture
def cleaned(raw_parts: RawParts, tmp_path: Path) -> PartFiles:
    """Return the books of three of them."""
    return written(clean_loans(raw_parts(BOOKS), {"a.csv": date(2019, 3, 1)}, {}), tmp_path)


def loans_of(borrowers: Borrowers, cleaned: PartFiles) -> Loans:
    """Return the loans as segments see them."""
    scales = learn_scales(borrowers.traits)
    centres = ((0.0,) * len(scales), (1.0,) * len(scales))
    found = Segments(scales=scales, rule=Nearest(centres), names=("a", "b"))
    return described(borrowers, cleaned, found)


def test_borrowers_are_those_of_training(features: PartFiles) -> None:
    """Later loans teach segments nothing; what is unknown is NaN."""
    borrowers = training_borrowers(features, OUTCOME)
    assert borrowers.ids.to_pylist() == ["3", "1", "9", "2"]
    assert borrowers.outcomes.tolist() == [1, 0, 0, 1]
    fico = borrowers.traits[:, TRAIT_NAMES.index("fico_mid")]
    np.testing.assert_array_equal(fico, [np.nan, 700.0, 710.0, 720.0])


def test_principal_is_lost_when_a_loan_has_ended(features: PartFiles, cleaned: PartFiles) -> None:
    """Lent, less what came back, and what it cost to recover; a loan that goes on has no loss."""
    loans = loans_of(training_borrowers(features, OUTCOME), cleaned)
    np.testing.assert_allclose(loans.lost_usd, [5_590.0, 0.0, np.nan, np.nan])
    np.testing.assert_allclose(loans.lent_usd, [10_000.0, 10_000.0, np.nan, np.nan])


def test_what_becomes_of_loans_is_no_trait(features: PartFiles, cleaned: PartFiles) -> None:
    """Other outcomes leave all that is learnt from as it was, to the bit."""
    table = pq.read_table(features.paths[0])
    place = table.column_names.index(OUTCOME)
    turned = table.set_column(place, OUTCOME, pa.array([0, 1, 1, 0, 0], pa.int32()))
    before = training_borrowers(features, OUTCOME)
    pq.write_table(turned, features.paths[0])
    after = training_borrowers(features, OUTCOME)
    assert before.outcomes.tolist() != after.outcomes.tolist()
    np.testing.assert_array_equal(before.traits, after.traits)
    assert loans_of(after, cleaned).scaled.tolist() == loans_of(before, cleaned).scaled.tolist()

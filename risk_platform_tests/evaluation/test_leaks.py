"""The classic leaks of LendingClub's files trip both wires, on real loans and on generated ones."""

import csv
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pytest
from numpy.typing import NDArray

from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.outcome import Books, Resolved
from risk_platform.contract.protocols import SEED
from risk_platform.evaluation.leakage import (
    CERTAINTY,
    certainty,
    single_input_auc,
    suspects,
    tripped,
)
from risk_platform.evaluation.metrics import Outcomes
from risk_platform.features.parse import parse_value
from risk_platform.sources.generator.generate import generate

LEAKS = ("last_pymnt_amnt", "last_fico_range_high", "total_rec_prncp", "recoveries")
HONEST = ("loan_amnt", "int_rate", "annual_inc", "dti", "fico_range_low", "inq_last_6mths")
GENERATED = 8_000


@dataclass(frozen=True)
class Ended:
    """Loans that have ended.

    Parameters
    ----------
    outcomes
        1 for default.
    columns
        Each honest column and each leak; NaN where unknown.
    """

    outcomes: Outcomes
    columns: Mapping[str, NDArray[np.float64]]

    def predicted(self, *names: str) -> tuple[Outcomes, NDArray[np.float64]]:
        """Fit on every other loan by some columns, and predict the rest."""
        inputs = np.column_stack([self.columns[name] for name in names])
        parameters = {"objective": "binary", "max_depth": 4, "verbosity": -1, "num_threads": 1}
        data = lgb.Dataset(inputs[::2], self.outcomes[::2])
        booster = lgb.train(parameters, data, num_boost_round=60)
        return self.outcomes[1::2], np.asarray(booster.predict(inputs[1::2]))


def ended(files: list[Path]) -> Ended:
    """Read the loans of raw files whose status says how they ended."""
    rows = [row for file in files for row in read(file)]
    known = [(row, told) for row in rows if (told := outcome(row["loan_status"])) is not None]
    columns = {
        name: np.array([number(name, row[name]) for row, _ in known]) for name in HONEST + LEAKS
    }
    return Ended(np.array([told for _, told in known], np.int8), columns)


def read(file: Path) -> list[dict[str, str]]:
    """Read a raw file from its header on; lines that are no loan have no month of issue."""
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8", newline="") as lines:
        table = dropwhile(lambda line: "issue_d" not in line, lines)
        return [row for row in csv.DictReader(table) if row["issue_d"]]


def outcome(status: str) -> int | None:
    """Return how a loan ended."""
    return Resolved().outcome(Books(status=status, issued=0, last_paid=0, snapshot=0))


def number(name: str, text: str) -> float:
    """Return a value; NaN where there is none."""
    value = parse_value(BY_NAME[name], text)
    return float(value) if isinstance(value, int | float) else float("nan")


@pytest.fixture(scope="module", params=["generated", "real"])
def loans(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """Return loans that have ended: generated ones, and the uniform samples of real ones."""
    if request.param == "generated":
        return ended([generate(GENERATED, 7, tmp_path_factory.mktemp("loans")).csv])
    folder: Path = request.getfixturevalue("real_loans")
    return ended(sorted(folder.glob("lc_uniform_*.csv.gz")))


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_alone_trips_the_wire_of_inputs(loans: Ended, leak: str) -> None:
    """By its area, or since whoever has such values has defaulted for certain."""
    values = loans.columns[leak]
    by_area = tripped({leak: single_input_auc(loans.outcomes, values)})
    by_certainty = tripped({leak: certainty(loans.outcomes, values)}, CERTAINTY)
    assert by_area or by_certainty


@pytest.mark.parametrize("leak", LEAKS)
def test_a_model_that_reads_a_leak_trips_the_wire_of_models(loans: Ended, leak: str) -> None:
    """And is named, with the split and the sentence."""
    outcomes, pd = loans.predicted(*HONEST, leak)
    (found,) = suspects("test", outcomes, {"leaky": pd}, SEED.credible_auc)
    assert (found.model, found.split) == ("leaky", "test")
    assert str(found).startswith(
        f"leaky reaches an AUC of {found.auc:.3f} on test, where no honest"
    )


def test_honest_inputs_and_models_trip_neither(loans: Ended) -> None:
    """What was known when the lender decided stays below both."""
    honest = {name: loans.columns[name] for name in HONEST}
    assert tripped({n: single_input_auc(loans.outcomes, v) for n, v in honest.items()}) == {}
    assert tripped({n: certainty(loans.outcomes, v) for n, v in honest.items()}, CERTAINTY) == {}
    outcomes, pd = loans.predicted(*HONEST)
    assert suspects("test", outcomes, {"honest": pd}, SEED.credible_auc) == ()

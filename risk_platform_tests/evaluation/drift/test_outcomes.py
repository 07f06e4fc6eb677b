"""Files of outcomes: read as they are meant, or refused with the line that is wrong."""

from pathlib import Path

import numpy as np
import pytest

from risk_platform.errors.sources import OutcomesError
from risk_platform.evaluation.drift.outcomes import Outcome, outcomes_by_day, read_outcomes

NAMES = "decision_id,observed_months,default_month\n"
# Made on the first and on the second of January 2026.
FIRST, SECOND = (
    "019b7702-1800-7000-8000-00000000000a",
    "019b7c28-7400-7000-8000-00000000000b",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the file is."""
    return tmp_path / "outcomes.csv"


def test_months_are_read_as_tables_write_them(file: Path) -> None:
    """A table that knows of missing months writes all of them with a point."""
    file.write_text(f"{NAMES}a,6,\nb,6.0,4.0\nc,0,\na,7,5\n")
    found = read_outcomes(file)
    assert found["a"] == Outcome(7.0, 5.0)
    assert found["b"] == Outcome(6.0, 4.0)
    assert found["c"].observed == 0
    assert np.isnan(found["c"].defaulted)


@pytest.mark.parametrize(
    "row",
    ["a,-1,", "a,nan,", "a,inf,", "a,6.5,", "a,,", "a,six,", "a,6,0", "a,6,-2", "a,6,nan", "a"],
)
def test_what_is_no_month_is_refused(file: Path, row: str) -> None:
    """It would count as something: a default in month 0, or a loan that nobody has seen."""
    file.write_text(f"{NAMES}b,6,\n{row}\n")
    with pytest.raises(OutcomesError, match=r"line 3: .* whole months"):
        read_outcomes(file)


def test_columns_that_are_lacking_are_named(file: Path) -> None:
    """And what it should hold."""
    file.write_text("decision_id,status\n1,Charged Off\n")
    wanted = "lacks observed_months, default_month.*decision_id, observed_months, default_month"
    with pytest.raises(OutcomesError, match=wanted):
        read_outcomes(file)


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    """Whoever set RISK_OUTCOMES meant one."""
    with pytest.raises(OutcomesError, match="No such file"):
        read_outcomes(file)


def test_ids_tell_of_which_days_outcomes_are() -> None:
    """What is no id of a decision belongs to none."""
    told = {FIRST: Outcome(6, np.nan), SECOND: Outcome(6, 4), "loan 7": Outcome(6, 4)}
    days = outcomes_by_day(told)
    assert [*days] == ["2026-01-01", "2026-01-02"]
    grown = outcomes_by_day({**told, SECOND: Outcome(7, 4)})
    assert [day for day in days if grown[day] != days[day]] == ["2026-01-02"]

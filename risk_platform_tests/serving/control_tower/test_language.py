"""Languages write numbers, shares and times as their readers do."""

from datetime import UTC, datetime

import pytest

from serving.control_tower.language import Language, Speech, Text

ENGLISH, SPANISH = Speech(Language.ENGLISH), Speech(Language.SPANISH)


def test_a_text_takes_values() -> None:
    """In either language."""
    text = Text("{count} loans", "{count} préstamos")
    assert (ENGLISH(text, count=3), SPANISH(text, count=3)) == ("3 loans", "3 préstamos")


def test_points_and_commas_change_places() -> None:
    """12,345.6 is 12.345,6 in Spanish."""
    assert ENGLISH.number(12_345.6, 1) == "12,345.6"
    assert SPANISH.number(12_345.6, 1) == "12.345,6"


@pytest.mark.parametrize(
    ("usd", "said"), [(9_999, "9,999 USD"), (1_250_000, "1.25 M USD"), (-2e6, "-2.00 M USD")]
)
def test_large_amounts_are_in_millions(usd: float, said: str) -> None:
    """As people say them."""
    assert ENGLISH.usd(usd) == said


def test_intervals_are_said_in_words() -> None:
    """A dash could be a minus."""
    assert ENGLISH.shares(0.012, 0.034) == "1.2 to 3.4\u00a0%"
    assert SPANISH.interval(0.5, 0.75) == "0,500 a 0,750"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-1, "0 s"), (59.9, "59 s"), (61, "1 min 1 s"), (3_700, "1 h 1 min"), (7_200, "2 h")],
)
def test_durations_have_two_units(seconds: float, said: str) -> None:
    """The largest ones."""
    assert ENGLISH.duration(seconds) == said


def test_a_p_value_that_is_nearly_nothing_is_told_as_such() -> None:
    """Twelve noughts tell nobody more."""
    assert ENGLISH.chance(0.0206) == "0.0206"
    assert SPANISH.chance(0.0206) == "0,0206"
    assert ENGLISH.chance(0.0) == "< 0.0001"


def test_moments_are_told_in_utc() -> None:
    """With the month in the reader's language."""
    at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    assert ENGLISH.moment(at) == "2 Jan 2026 03:04 UTC"
    assert SPANISH.moment(at) == "2 ene 2026 03:04 UTC"

"""Volumes and freshness: a hole is found, growth, a slow year and a chosen extract are none."""

from datetime import date

import pytest

from risk_platform.contract.freshness import Freshness
from risk_platform.contract.sentences import hole_in_words
from risk_platform.contract.vintages import quarter_starts
from risk_platform.contract.volumes import Hole, holes

QUARTERS = quarter_starts()


def volumes(*loans: int, first: int = 20) -> dict[str, int]:
    """Return volumes of quarters that follow one another."""
    return dict(zip(QUARTERS[first:], loans, strict=False))


@pytest.mark.parametrize(
    "loans",
    [
        (5_000, 0, 5_500),
        (5_000, 200, 5_500),
        (5_000, 0, 0, 5_500),
        (5_000, 300, 0, 5_500, 6_000),
    ],
    ids=["empty", "thin", "two quarters", "two, one of them thin"],
)
def test_a_hole_is_found(loans: tuple[int, ...]) -> None:
    """One or two quarters wide."""
    assert holes(volumes(*loans)) == [
        Hole(QUARTERS[20 + at], here, 5_000 if at == 1 else min(5_000, 5_500))
        for at, here in enumerate(loans)
        if here < 5_000
    ]


@pytest.mark.parametrize(
    "loans",
    [
        (100, 200, 400, 900, 2_000, 5_000),
        (12_844, 12_776, 3_148, 3_086),
        (1_013, 309, 186, 432, 900),
        (5_000,),
        (15, 19, 5_006, 29, 39, 46),
        (148, 12_217, 11_317, 8_745, 6_940, 287, 265),
        (40, 0, 45),
        (5_000, 700, 5_000),
    ],
    ids=[
        "growth",
        "2020",
        "2008, without a licence",
        "one quarter",
        "a whole quarter among samples",
        "a whole year among samples",
        "a sample that is small",
        "a bad quarter",
    ],
)
def test_what_may_be_is_no_hole(loans: tuple[int, ...]) -> None:
    """Volumes of LendingClub, of samples of its files, and of few loans."""
    assert holes(volumes(*loans)) == []


def test_an_extract_that_leaves_years_out_has_a_wide_hole() -> None:
    """It may be meant: each of its quarters is told, and none is a loss."""
    found = holes(volumes(5_000, 0, 0, 0, 6_000))
    assert found == [Hole(QUARTERS[20 + at], 0, 5_000, is_wide=True) for at in (1, 2, 3)]


def test_a_hole_is_told_with_what_stands_beside_it() -> None:
    """The supplier is told where to look."""
    assert hole_in_words(Hole("2016-07-01", 12, 9_700)) == (
        "12 loans were issued in 2016-Q3, and at least 9,700 a quarter before and after it: some"
        " seem to be missing."
    )


def freshness(issued: date, snapshot: date, oldest_months: int = 0) -> Freshness:
    """Return how fresh loans are on a day of 2020."""
    return Freshness(issued, snapshot, date(2020, 11, 15), oldest_months)


def test_old_public_data_are_fresh_enough() -> None:
    """By default nobody asks for the date of today."""
    fresh = freshness(date(2018, 12, 1), date(2019, 3, 1))
    assert (fresh.is_outdated, fresh.lacks_vintages, fresh.sentences()) == (False, False, [])


def test_who_asks_for_young_data_is_told_of_old_ones() -> None:
    """The limit is in months, and included."""
    assert not freshness(date(2018, 12, 1), date(2019, 3, 1), 20).is_outdated
    outdated = freshness(date(2018, 12, 1), date(2019, 3, 1), 19)
    assert outdated.is_outdated
    assert outdated.sentences() == [
        "The newest snapshot is of 2019-03, 20 months ago; it may be 19 months old."
    ]


def test_vintages_that_the_snapshot_knows_of_are_missed() -> None:
    """A file of 2011 as of 2016 lacks four years."""
    fresh = freshness(date(2011, 12, 1), date(2016, 1, 1))
    assert fresh.lacks_vintages
    assert "the vintages between were not delivered" in fresh.sentences()[0]

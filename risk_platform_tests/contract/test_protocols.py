"""Protocols are fixed, say when they are changed, and refuse what they cannot be."""

import pytest

from risk_platform.contract.column import Timing
from risk_platform.contract.protocols import (
    MATURED36,
    PROTOCOLS,
    SEED,
    STRATIFIED,
    WINDOW12,
    protocol_named,
)
from risk_platform.contract.splits import Cuts, Split, Volume
from risk_platform.contract.vintages import month_named
from risk_platform.errors.protocols import SplitDatesError, UnknownProtocolError


def test_the_splits_of_seed_are_its_years() -> None:
    """2012 to 2017, 2018, 2019 to March 2020; what lies before and after is not used."""
    assert isinstance(SEED.division, Cuts)
    splits = {
        name: SEED.division.split_of(month_named(name))
        for name in ("2011-12", "2012-01", "2017-12", "2018-01", "2018-12", "2019-01", "2020-03")
    }
    assert splits == {
        "2011-12": Split.UNUSED,
        "2012-01": Split.TRAIN,
        "2017-12": Split.TRAIN,
        "2018-01": Split.VALIDATION,
        "2018-12": Split.VALIDATION,
        "2019-01": Split.TEST,
        "2020-03": Split.TEST,
    }
    assert SEED.division.split_of(month_named("2020-04")) is Split.UNUSED


def test_other_dates_show_in_the_label() -> None:
    """A figure under other dates is never taken for one under the protocol's own."""
    other = protocol_named("seed", "2014-09, 2014-12")
    assert other.label == "seed (validation from 2014-09, test from 2014-12)"
    assert other.division == Cuts(
        month_named("2014-09"),
        month_named("2014-12"),
        month_named("2012-01"),
        month_named("2020-04"),
    )
    assert SEED.label == "seed"


def test_dates_take_the_place_of_shares() -> None:
    """A protocol that divides by shares can be cut at given months too."""
    other = WINDOW12.with_dates("2015-01,2016-01")
    assert isinstance(other.division, Cuts)
    assert other.division.split_of(month_named("2007-06")) is Split.TRAIN
    assert other.division.split_of(month_named("2020-09")) is Split.TEST


@pytest.mark.parametrize(
    ("dates", "why"),
    [
        ("2014-09", "give two months"),
        ("2014-09,2014-13", "give two months"),
        ("2014-09,2014-12,2015-01", "give two months"),
        ("2014-12,2014-09", "must follow one another"),
        ("2011-06,2014-09", "between 2012-01 and 2020-03"),
        ("2014-09,2020-04", "between 2012-01 and 2020-03"),
    ],
)
def test_dates_that_cannot_be_are_refused(dates: str, why: str) -> None:
    """Whatever is wrong with them, the sentence repeats them and says it."""
    with pytest.raises(SplitDatesError, match=why):
        protocol_named("seed", dates)


def test_a_draw_has_no_dates() -> None:
    """They are not taken and forgotten."""
    with pytest.raises(SplitDatesError, match="stratified draws its splits at random"):
        STRATIFIED.with_dates("2014-09,2014-12")


def test_an_unknown_protocol_names_those_that_are() -> None:
    """In their order, the default first."""
    with pytest.raises(UnknownProtocolError, match="there are: window12, seed12, seed, matured36"):
        protocol_named("window")


def test_no_protocol_lets_a_model_see_what_came_later() -> None:
    """Application and price at most."""
    for protocol in PROTOCOLS.values():
        assert protocol.timings <= {Timing.APPLICATION, Timing.PRICING}
    assert MATURED36.timings == {Timing.APPLICATION}


def test_a_badge_says_how_ripe_loans_are() -> None:
    """Of several months together: the youngest loan counts, and every open one."""
    ripe = Volume(loans=600, known=600, defaults=60, months_observed=14)
    young = Volume(loans=400, known=100, defaults=50, months_observed=3)
    assert str(ripe + young) == (
        "700 loans, observed for 3 months or more; 30.0% of their vintages still open"
    )
    assert (ripe + Volume(loans=100)).months_observed == 14
    assert Volume().share_open == 0

"""Scoring one application."""

import pytest

from risk_platform.contract.columns import BY_NAME
from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.features.parse import parse_value
from risk_platform.scoring.examples import EXAMPLES, example_columns
from risk_platform.scoring.score import score_application
from risk_platform_tests.bundles import small_bundle

NOW = (2026 - 1970) * 12


def given(name: str) -> dict[str, float | str | None]:
    """Return an example in typed values."""
    return {column: parse_value(BY_NAME[column], raw) for column, raw in EXAMPLES[name].items()}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_gets_the_bits_of_the_card(name: str) -> None:
    """Alone, an application scores as it did among others when the model was made."""
    bundle = small_bundle()
    dated = {"issue_d": None} | given(name)
    if dated["issue_d"] is not None:
        assert score_application(bundle, dated, NOW).pd == bundle.card.golden[name]
    else:
        assert "issue_d" not in score_application(bundle, dated, NOW).missing


def test_what_was_not_given_is_listed() -> None:
    """Every column that the model reads is given or missing; the month is filled in."""
    scored = score_application(small_bundle(), {"fico_range_low": 700.0, "desc": None}, NOW)
    assert set(scored.missing) == set(INPUT_COLUMNS) - {"fico_range_low", "issue_d"}


def test_a_null_counts_as_not_given() -> None:
    """``None`` and absence are one."""
    bundle = small_bundle()
    assert score_application(bundle, {"dti": None}, NOW) == score_application(bundle, {}, NOW)


def test_less_fico_is_more_risk() -> None:
    """PD and points move against one another, as the model learnt."""
    bundle = small_bundle()
    good = score_application(bundle, {"fico_range_low": 820.0, "fico_range_high": 824.0}, NOW)
    bad = score_application(bundle, {"fico_range_low": 610.0, "fico_range_high": 614.0}, NOW)
    assert good.pd < bad.pd
    assert good.points > bad.points


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_application_gets_the_segment_that_it_has_among_others(name: str) -> None:
    """Its number counts from 1, and its name is that of the bundle."""
    bundle = small_bundle()
    place = int(bundle.segment(example_columns())[list(EXAMPLES).index(name)])
    scored = score_application(bundle, given(name), NOW)
    assert (scored.segment, scored.segment_name) == (place + 1, bundle.segments.names[place])


def test_an_application_with_nothing_in_it_has_a_segment() -> None:
    """What is unknown counts as usual."""
    assert score_application(small_bundle(), {}, NOW).segment_name == "low FICO"

"""Features are built row by row, with what was learnt applied and nothing else."""

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES, INPUT_COLUMNS, INPUTS
from risk_platform.features.parse import parse_columns
from risk_platform.features.state import FeatureState
from risk_platform.features.winsorize import Bounds
from risk_platform_tests.raw_loan import RAW_LOAN

UNLEARNT = FeatureState(bounds={}, medians={}, categories={})


def cut(low: float, high: float) -> Bounds:
    """Return bounds of values, at the usual quantiles."""
    return Bounds(low=low, high=high, lower=0.0005, upper=0.9995)


def features(loan: Mapping[str, object], state: FeatureState = UNLEARNT) -> dict[str, float]:
    """Return the features of one loan by name."""
    row = build_features(parse_columns(INPUTS, [loan]), state)[0]
    return dict(zip(FEATURE_NAMES, row.tolist(), strict=True))


def test_an_application_with_nothing_in_it_has_features_that_are_all_unknown() -> None:
    """Nothing is made up for what was not given."""
    assert all(math.isnan(value) for value in features({}).values())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fico_mid", 702.0),
        ("loan_to_income", 10_000 / 60_000),
        ("instalment_to_income", 332.14 * 12 / 60_000),
        ("credit_age_months", 211.0),
        ("sub_grade_rank", 10.0),
        ("household_income_usd", 60_000.0),
        ("balance_to_limit", 0.5),
        ("recent_share_24m", 0.2),
        ("open_share", 0.4),
        ("emp_length", 10.0),
    ],
)
def test_derived_features_are_what_their_names_say(name: str, value: float) -> None:
    """Each is worked out by hand from the plain raw loan."""
    assert features(RAW_LOAN)[name] == pytest.approx(value, rel=1e-12)


def test_a_ratio_over_nothing_is_unknown() -> None:
    """An income of 0 gives no burden, neither 0 nor infinity."""
    of = features(RAW_LOAN | {"annual_inc": "0"})
    assert math.isnan(of["loan_to_income"])
    assert of["annual_inc"] == 0


def test_joint_income_and_burden_go_before_the_borrowers_own() -> None:
    """Where two people borrow, ratios are of what both earn and owe."""
    of = features(RAW_LOAN | {"annual_inc_joint": "120000", "dti_joint": "9.5"})
    assert of["loan_to_income"] == 10_000 / 120_000
    assert of["household_dti_pct"] == 9.5


def test_an_age_that_would_be_negative_is_unknown() -> None:
    """A credit line that begins after the application is an error of entry."""
    of = features(RAW_LOAN | {"earliest_cr_line": "Jan-2019"})
    assert math.isnan(of["credit_age_months"])


def test_numbers_are_clipped_at_the_bounds_that_training_learnt() -> None:
    """A value beyond a bound becomes the bound; the bound itself stays."""
    state = FeatureState(bounds={"annual_inc": cut(10_000.0, 50_000.0)}, medians={}, categories={})
    assert features(RAW_LOAN, state)["annual_inc"] == 50_000.0


def test_a_category_is_the_place_of_its_label_and_an_unseen_one_is_unknown() -> None:
    """Codes come from training; a label that it never saw is treated as not given."""
    state = FeatureState(bounds={}, medians={}, categories={"home_ownership": ("MORTGAGE", "RENT")})
    assert features(RAW_LOAN, state)["home_ownership"] == 1.0
    assert math.isnan(features(RAW_LOAN | {"home_ownership": "OWN"}, state)["home_ownership"])


def test_the_state_survives_its_json() -> None:
    """What is written with a bundle is what was learnt."""
    state = FeatureState(
        bounds={"dti": cut(0.0, 39.99)}, medians={}, categories={"purpose": ("car", "other")}
    )
    assert FeatureState.from_json(state.to_json()) == state


amounts = st.one_of(st.none(), st.floats(min_value=0, max_value=1e7))


@given(st.lists(st.tuples(amounts, amounts, amounts), min_size=1, max_size=20))
def test_a_row_has_the_same_bits_alone_and_among_others(
    rows: list[tuple[float | None, float | None, float | None]],
) -> None:
    """No step looks at another row, whatever the values and however many there are."""
    records = [
        RAW_LOAN | {"annual_inc": income, "revol_bal": balance, "installment": payment}
        for income, balance, payment in rows
    ]
    table = build_features(parse_columns(INPUTS, records), UNLEARNT)
    for record, in_table in zip(records, table, strict=True):
        alone = build_features(parse_columns(INPUTS, [record]), UNLEARNT)[0]
        np.testing.assert_array_equal(alone, in_table)


def test_every_input_column_is_known_on_the_day_of_application() -> None:
    """D19: beside the month of application, only application and pricing columns are read."""
    timings = {column.name: column.known.value for column in INPUTS if column.name != "issue_d"}
    assert set(timings.values()) == {"application", "pricing"}
    assert "issue_d" in INPUT_COLUMNS

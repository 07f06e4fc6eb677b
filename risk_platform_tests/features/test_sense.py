"""Directions are declared once, for numbers that exist, each with its reason."""

from risk_platform.features.definitions import FEATURES, Kind, directions_of
from risk_platform.features.sense import DIRECTIONS


def test_every_direction_is_of_a_number_among_the_features() -> None:
    """A name that is mistyped would bind nothing; a category has no up and down."""
    assert set(DIRECTIONS) <= {of.name for of in FEATURES if of.kind is Kind.NUMBER}


def test_a_feature_says_why_it_is_bound() -> None:
    """And gives no reason where it is not."""
    assert {of.name for of in FEATURES if of.because} == set(DIRECTIONS)
    assert {of.monotone for of in FEATURES if of.because} == {1, -1}
    assert {of.monotone for of in FEATURES if not of.because} == {0}


def test_what_credit_sense_leaves_no_doubt_about_is_bound() -> None:
    """Better credit and more income lower a PD; debt, inquiries, failures and price raise it."""
    names = ("fico_mid", "annual_inc", "dti", "inq_last_6mths", "revol_util", "delinq_2yrs")
    assert list(directions_of(names).values()) == [-1, 1, 1, 1, 1, -1]  # in the features' order
    assert directions_of(("mths_since_last_delinq", "int_rate", "sub_grade_rank", "purpose")) == {
        "int_rate": 1,
        "mths_since_last_delinq": -1,
        "sub_grade_rank": 1,
    }

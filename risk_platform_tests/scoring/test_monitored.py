"""What is held against the reference is what was given, and scores to the same PDs."""

import numpy as np

from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.scoring.examples import example_columns
from risk_platform.scoring.monitored import imputed_shares, monitored_values
from risk_platform_tests.bundles import small_bundle

BUNDLE = small_bundle()
COLUMNS = example_columns()


def test_values_score_to_the_very_pds_of_their_columns() -> None:
    """Winsorised, coded and filled as the service does, to the bit."""
    values = monitored_values(BUNDLE.model.inputs, COLUMNS)
    np.testing.assert_array_equal(BUNDLE.predict_values(values), BUNDLE.predict(COLUMNS))


def test_what_is_beyond_bounds_or_missing_can_be_seen() -> None:
    """No median stands for it, nothing is drawn in, and a label is a word."""
    changed = {"annual_inc": np.nan, "fico_range_low": 9e3, "fico_range_high": 9e3}
    given = {**COLUMNS, **{name: np.full(5, value) for name, value in changed.items()}}
    values = monitored_values(["fico_mid", "annual_inc", "home_ownership"], given)
    assert set(values) == {"fico_mid", "annual_inc", "home_ownership"}
    assert np.isnan(values["annual_inc"].astype(np.float64)).all()
    assert set(values["fico_mid"].tolist()) == {9e3}
    assert "MORTGAGE" in values["home_ownership"].tolist()


def test_a_label_that_training_never_saw_scores_as_unknown() -> None:
    """As it does on the way from columns."""
    given = {**COLUMNS, "home_ownership": np.full(5, "YACHT", np.object_)}
    values = monitored_values(BUNDLE.model.inputs, given)
    np.testing.assert_array_equal(BUNDLE.predict_values(values), BUNDLE.predict(given))


def test_what_is_asked_of_two_is_not_imputed_for_one() -> None:
    """Of an application with nothing in it, only what is asked of one counts."""
    empty = {
        name: np.full(1, None) if values.dtype == np.object_ else np.full(1, np.nan)
        for name, values in COLUMNS.items()
    }
    joint = {**empty, "application_type": np.full(1, "Joint App", np.object_)}
    (one,), (two,) = imputed_shares(empty), imputed_shares(joint)
    assert one < two < 1
    assert (imputed_shares(COLUMNS) >= 0).all()
    assert two == (len(INPUT_COLUMNS) - 1) / len(INPUT_COLUMNS)

"""Vectors: what is unknown is filled and said, labels become columns or stay codes."""

import numpy as np
import pytest

from risk_platform.scoring.families.encoding import Encoder, logistic
from risk_platform_tests.scoring.families.small_models import CODED, SCALED, applications

NAN = np.nan


@pytest.mark.parametrize(
    ("features", "vector"),
    [
        ([650.0, 12.0, 2.0], [650.0, 12.0, 0.0, 2.0]),
        ([NAN, 12.0, 2.0], [700.0, 12.0, 0.0, 2.0]),
        ([650.0, NAN, 2.0], [650.0, 18.0, 1.0, 2.0]),
        ([650.0, np.inf, 2.0], [650.0, 18.0, 1.0, 2.0]),
        ([650.0, -1e200, 2.0], [650.0, 18.0, 1.0, 2.0]),
        ([650.0, 12.0, NAN], [650.0, 12.0, 0.0, 3.0]),
        ([650.0, 12.0, 9.0], [650.0, 12.0, 0.0, 3.0]),
    ],
    ids=[
        "all known",
        "filled",
        "filled and said",
        "infinite",
        "beyond belief",
        "no label",
        "an unseen label",
    ],
)
def test_what_is_unknown_is_filled(features: list[float], vector: list[float]) -> None:
    """A number by its median, with a column that says so where it has one; a label by its code."""
    assert Encoder(CODED).vectors(np.array([features])).tolist() == [vector]


@pytest.mark.parametrize(
    ("code", "columns"), [(0.0, [1, 0, 0]), (2.0, [0, 0, 1]), (NAN, [0, 0, 0]), (9.0, [0, 0, 0])]
)
def test_a_label_has_a_column(code: float, columns: list[float]) -> None:
    """1 for that of the loan; one that is unknown or was never seen has none."""
    vector = Encoder(SCALED).vectors(np.array([[650.0, 12.0, code]]))[0, 3:]
    np.testing.assert_allclose(vector, (np.array(columns) - [0.5, 0.3, 0.2]) / [0.5, 0.46, 0.4])


def test_numbers_are_scaled() -> None:
    """By the mean and the deviation of training."""
    vector = Encoder(SCALED).vectors(np.array([[760.0, NAN, 0.0]]))[0, :3]
    np.testing.assert_allclose(vector, [2.0, 0.0, 3.0])


def test_columns_name_the_input_that_they_are_made_of() -> None:
    """In the order of the vectors."""
    assert CODED.columns == ("fico_mid", "dti", "dti", "purpose")
    assert SCALED.columns == ("fico_mid", "dti", "dti", "purpose", "purpose", "purpose")


def test_only_categories_have_codes() -> None:
    """As many as training saw, and one for the unknown."""
    assert [CODED.codes_of(column) for column in range(CODED.width)] == [0, 0, 0, 4]
    assert [SCALED.codes_of(column) for column in range(SCALED.width)] == [0] * 6


def test_no_vector_has_a_gap() -> None:
    """Whatever is unknown."""
    assert np.isfinite(Encoder(SCALED).vectors(applications())).all()


def test_log_odds_however_large_are_probabilities() -> None:
    """Nothing overflows, and small probabilities keep their digits."""
    found = logistic(np.array([-800.0, -40.0, 0.0, 800.0]))
    np.testing.assert_allclose(found, [0.0, np.exp(-40.0), 0.5, 1.0], rtol=1e-12)

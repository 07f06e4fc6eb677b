"""Sixty awkward loans have the features that were worked out for them by hand, on both roads."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from risk_platform.contract.columns import BY_NAME
from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES, FEATURES, INPUTS, Kind
from risk_platform.features.parse import parse_columns
from risk_platform.features.regions import DIVISIONS
from risk_platform.features.state import FeatureState
from risk_platform.spark.clean import clean_loans
from risk_platform.spark.features import map_features
from risk_platform.spark.partwise import PartFiles
from risk_platform_tests.golden.golden_loan import Golden
from risk_platform_tests.golden.loans import GOLDEN
from risk_platform_tests.made import made, written
from risk_platform_tests.raw_loan import RAW_LOAN

WORDS: Mapping[str, tuple[str, ...]] = {
    feature.name: tuple(DIVISIONS) if feature.name == "region" else BY_NAME[feature.name].labels
    for feature in FEATURES
    if feature.kind is Kind.CATEGORY
}
UNLEARNT = FeatureState(bounds={}, medians={}, categories=WORDS)


def by_python(loans: Sequence[Golden]) -> NDArray[np.float64]:
    """Return the model inputs of loans by the road of a single application."""
    records = [RAW_LOAN | dict(loan.changes) for loan in loans]
    return build_features(parse_columns(INPUTS, records), UNLEARNT)


def in_words(name: str, value: float) -> float | str | None:
    """Return a model input as the golden loans write it."""
    if math.isnan(value):
        return None
    return WORDS[name][int(value)] if name in WORDS else value


def is_same(value: float | str | None, wanted: float | str | None) -> bool:
    """Say whether a value is the one worked out; a quotient may differ in its last digits."""
    if isinstance(value, float) and isinstance(wanted, float):
        return math.isclose(value, wanted, rel_tol=1e-12)
    return value == wanted


@pytest.mark.parametrize("golden", [pytest.param(loan, id=loan.name) for loan in GOLDEN])
def test_an_awkward_loan_has_the_features_worked_out_by_hand(golden: Golden) -> None:
    """Every value that the awkwardness touches is the expected one."""
    inputs = dict(zip(FEATURE_NAMES, by_python([golden])[0].tolist(), strict=True))
    values = {name: in_words(name, inputs[name]) for name in golden.expected}
    wrong = {
        name: (values[name], wanted)
        for name, wanted in golden.expected.items()
        if not is_same(values[name], wanted)
    }
    assert not wrong, golden.why


def test_tables_clean_and_map_them_to_the_very_same_bits(
    raw_parts: Callable[[Sequence[Mapping[str, str]]], PartFiles], tmp_path: Path
) -> None:
    """What a table reads of a raw text is what an application reads, for every feature."""
    raw = raw_parts([dict(loan.changes) for loan in GOLDEN])
    cleaned = written(clean_loans(raw, {"a.csv": date(2020, 9, 1)}, {}), tmp_path)
    mapped = made(map_features(cleaned, UNLEARNT, carried=()))
    by_table = np.column_stack([mapped[name].to_numpy() for name in FEATURE_NAMES])
    np.testing.assert_array_equal(by_table, by_python(GOLDEN))


def test_there_are_sixty_each_with_a_name_of_its_own() -> None:
    """None is lost or written twice."""
    assert len(GOLDEN) == 60
    assert len({loan.name for loan in GOLDEN}) == 60


@pytest.mark.parametrize("golden", [pytest.param(loan, id=loan.name) for loan in GOLDEN])
def test_every_golden_loan_changes_something_and_expects_something(golden: Golden) -> None:
    """A loan like the plain one, or one of which nothing is asked, would prove nothing."""
    assert any(RAW_LOAN.get(name, "") != text for name, text in golden.changes.items())
    assert golden.changes.keys() <= BY_NAME.keys()
    assert golden.expected

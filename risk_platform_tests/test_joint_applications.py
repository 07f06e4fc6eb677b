"""A joint application is judged by the debts and incomes of both, in a table as in the service."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES, INPUTS
from risk_platform.features.parse import as_array
from risk_platform.features.state import FeatureState
from risk_platform.spark.clean import clean_loans
from risk_platform.spark.features import map_features
from risk_platform.spark.partwise import PartFiles
from risk_platform_tests.made import made, written
from risk_platform_tests.raw_loan import RAW_LOAN
from serving.reading import read_application

RawParts = Callable[[Sequence[Mapping[str, str]]], PartFiles]
SNAPSHOTS = {"a.csv": date(2019, 3, 1)}
UNLEARNT = FeatureState(bounds={}, medians={}, categories={})
BOTH = {"application_type": "Joint App", "annual_inc_joint": "120000"}
# What is given of a joint application beside the joint income, and its debt to income.
CASES: Mapping[str, tuple[Mapping[str, str], float | None]] = {
    "both": ({"dti": "30.5", "dti_joint": "12.25"}, 12.25),
    "joint alone": ({"dti": "", "dti_joint": "12.25"}, 12.25),
    "joint above": ({"dti": "8.0", "dti_joint": "12.25"}, 12.25),
    "joint is zero": ({"dti": "8.0", "dti_joint": "0"}, 0.0),
    "no joint": ({"dti": "30.5", "dti_joint": ""}, 30.5),
    "no joint, own is a mark": ({"dti": "999", "dti_joint": ""}, None),
    "neither": ({"dti": "", "dti_joint": ""}, None),
}


def in_service(raw: Mapping[str, str]) -> NDArray[np.float64]:
    """Return the features of an application that comes as JSON."""
    fields = {c.name: _as_json(raw[c.name]) for c in INPUTS if raw.get(c.name)}
    given = read_application(json.dumps(fields).encode()).given
    columns = {of.name: as_array(of, [given.get(of.name)]) for of in INPUTS}
    return build_features(columns, UNLEARNT)[0]


def _as_json(text: str) -> float | str:
    """Return a number as a number, as a client would write it."""
    try:
        return float(text.strip().removesuffix("%"))
    except ValueError:
        return text


@pytest.mark.parametrize("case", CASES)
def test_the_service_takes_the_dti_of_both(case: str) -> None:
    """Where it is not given the first borrower's own stands in, as decision 10 says."""
    given, wanted = CASES[case]
    features = in_service({**RAW_LOAN, **BOTH, **given})
    found = features[FEATURE_NAMES.index("household_dti_pct")]
    assert np.isnan(found) if wanted is None else found == wanted


def test_a_table_has_the_bits_that_the_service_has(raw_parts: RawParts, tmp_path: Path) -> None:
    """For every case and every feature, the joint ones among them."""
    raws = [{**RAW_LOAN, **BOTH, **given} for given, _ in CASES.values()]
    cleaned = written(clean_loans(raw_parts(raws), SNAPSHOTS, {}), tmp_path)
    table = made(map_features(cleaned, UNLEARNT, []))
    bulk = np.column_stack([table[name].to_numpy() for name in FEATURE_NAMES])
    np.testing.assert_array_equal(bulk, np.stack([in_service(raw) for raw in raws]))


def test_the_cleaned_table_keeps_both_figures(raw_parts: RawParts) -> None:
    """Neither overwrites the other: what LendingClub wrote can still be read."""
    raw = raw_parts([BOTH | {"dti": "30.5", "dti_joint": "12.25"}])
    [row] = made(clean_loans(raw, SNAPSHOTS, {})).to_pylist()
    assert (row["dti"], row["dti_joint"]) == (30.5, 12.25)

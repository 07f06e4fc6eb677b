"""A split of the feature table becomes the arrays that a model is fitted on."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.dataset as pa_dataset
import pytest

from risk_platform.contract.protocols import MATURED36, WINDOW12, Protocol
from risk_platform.contract.splits import Split
from risk_platform.errors.protocols import OneSidedSplitError
from risk_platform.features.definitions import FEATURE_NAMES
from risk_platform.training.inputs import Inputs, inputs_of

SPLITS = ["train", "test", "train", "unused", "validation", "test", "validation"]
OUTCOMES = [1, 0, 0, None, 1, 1, 0]


@pytest.fixture
def table() -> pa.Table:
    """Return a feature table of seven loans: a feature's value tells its column and its row."""
    rows = np.arange(len(SPLITS))
    features = {
        name: pa.array(100.0 * at + rows) for at, name in enumerate(reversed(FEATURE_NAMES))
    }
    features["dti"] = pa.array([None, 1.0, 2.0, None, None, 3.0, None], pa.float64())
    outcomes = pa.array(OUTCOMES, pa.int32())
    issued = pa.array([date(2016, 1 + row, 1) for row in rows])
    return pa.table(
        {"id": rows, "split": SPLITS, "issue_d": issued, WINDOW12.outcome.name: outcomes} | features
    )


def taken(table: pa.Table, split: Split, protocol: Protocol) -> Inputs:
    """Return a split of a table as it would be published."""
    return inputs_of(pa_dataset.dataset(table), split, protocol)


def test_only_the_loans_of_the_split_are_taken(table: pa.Table) -> None:
    """They keep the order of the table."""
    inputs = taken(table, Split.TRAIN, WINDOW12)
    assert inputs.features.shape == (2, len(FEATURE_NAMES))
    assert inputs.outcomes.tolist() == [1, 0]


def test_features_stand_in_the_order_of_the_model(table: pa.Table) -> None:
    """Whatever the order of the table's columns."""
    features = taken(table, Split.TEST, WINDOW12).features[0]
    in_order = [100.0 * at + 1 for at in reversed(range(len(FEATURE_NAMES)))]
    others = np.arange(len(FEATURE_NAMES)) != FEATURE_NAMES.index("dti")
    np.testing.assert_array_equal(features[others], np.array(in_order)[others])


def test_a_feature_is_found_by_its_name(table: pa.Table) -> None:
    """It is the column of that name, over the loans of the split."""
    inputs = taken(table, Split.TRAIN, WINDOW12)
    at = FEATURE_NAMES[::-1].index("fico_mid")
    assert inputs.feature("fico_mid").tolist() == [100.0 * at, 100.0 * at + 2]


def test_a_model_without_price_reads_none(table: pa.Table) -> None:
    """Rate, grade and instalment stay behind, and so does every ratio that is made of them."""
    flags = table[WINDOW12.outcome.name]
    inputs = taken(table.append_column(MATURED36.outcome.name, flags), Split.TRAIN, MATURED36)
    priced = {"int_rate", "installment", "sub_grade_rank", "instalment_to_income"}
    assert priced.isdisjoint(inputs.names)
    assert {"fico_mid", "dti"} <= set(inputs.names)
    assert inputs.features.shape == (2, len(inputs.names))


def test_the_incumbent_is_there_whatever_a_model_reads(table: pa.Table) -> None:
    """Every protocol is judged against the lender's own sub-grade."""
    flags = table[WINDOW12.outcome.name]
    inputs = taken(table.append_column(MATURED36.outcome.name, flags), Split.TRAIN, MATURED36)
    at = FEATURE_NAMES[::-1].index("sub_grade_rank")
    assert inputs.sub_grade.tolist() == [100.0 * at, 100.0 * at + 2]


def test_months_of_issue_are_counted_from_1970(table: pa.Table) -> None:
    """January 2016 is month 552."""
    assert taken(table, Split.TRAIN, WINDOW12).issued.tolist() == [552, 554]


def test_what_is_null_in_the_table_is_nan(table: pa.Table) -> None:
    """Some loans of a split may lack a value, or all of them."""
    assert taken(table, Split.TRAIN, WINDOW12).feature("dti").tolist()[1] == 2.0
    assert np.isnan(taken(table, Split.TRAIN, WINDOW12).feature("dti")[0])
    assert np.isnan(taken(table, Split.VALIDATION, WINDOW12).feature("dti")).all()


def test_arrays_are_doubles_and_small_integers(table: pa.Table) -> None:
    """Unknown values of one column do not turn the matrix into objects."""
    inputs = taken(table, Split.VALIDATION, WINDOW12)
    assert (inputs.features.dtype, inputs.outcomes.dtype) == (np.float64, np.int8)


@pytest.mark.parametrize(("first", "loans", "defaults"), [(0, 0, 0), (1, 1, 0), (5, 1, 1)])
def test_a_split_of_one_outcome_is_refused(
    table: pa.Table, first: int, loans: int, defaults: int
) -> None:
    """Nothing can be learnt or judged without defaults, nor without anything else, nor at all."""
    said = f"of the {loans} loans of the test split {defaults} defaulted"
    with pytest.raises(OneSidedSplitError, match=said):
        taken(table.slice(first, 1), Split.TEST, WINDOW12)

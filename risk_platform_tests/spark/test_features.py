"""Spark maps the one function over a table, and a loan has there what it has alone."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.dataset as pa_dataset

from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES, INPUTS
from risk_platform.features.parse import parse_columns
from risk_platform.features.state import FeatureState
from risk_platform.spark.clean import CLEANED_SCHEMA
from risk_platform.spark.features import map_features, states_of
from risk_platform.spark.partwise import PartFiles
from risk_platform_tests.made import made, written
from risk_platform_tests.raw_loan import RAW_LOAN
from risk_platform_tests.spark.many_loans import INCOMES, raw_loans

ID, ISSUED = CLEANED_SCHEMA.field("id"), CLEANED_SCHEMA.field("issue_d")


def test_features_stand_beside_the_columns_that_are_carried(
    files: PartFiles, state: FeatureState
) -> None:
    """The carried columns keep their types, features are doubles in the order of the model."""
    mapped = made(map_features(files, state, [ID, ISSUED]))
    assert mapped.column_names == ["id", "issue_d", *FEATURE_NAMES]
    assert mapped.schema.types[:2] == [pa.string(), pa.date32()]
    assert set(mapped.schema.types[2:]) == {pa.float64()}


def test_an_input_can_be_carried_beside_the_features_made_of_it(
    files: PartFiles, state: FeatureState
) -> None:
    """A row's month of issue is handed on although ages are counted up to it."""
    row = made(map_features(files, state, [ISSUED])).slice(7, 1).to_pylist()[0]
    assert (str(row["issue_d"]), row["credit_age_months"]) == ("2016-03-01", 211.0)


def test_what_is_unknown_is_null(files: PartFiles) -> None:
    """A table has no NaN, which SQL would compare as a number."""
    unlearnt = FeatureState(bounds={}, medians={}, categories={})
    row = made(map_features(files, unlearnt, [])).slice(7, 1).to_pylist()[0]
    assert row["sec_app_fico_mid"] is None
    assert row["dti"] is None
    assert row["annual_inc"] == INCOMES[7]


def test_a_table_gets_the_features_of_its_applications(
    files: PartFiles, state: FeatureState
) -> None:
    """Each loan's bits are those that its raw record gives alone."""
    mapped = made(map_features(files, state, [ID])).to_pandas().set_index("id")
    for raw in raw_loans()[:40]:
        alone = build_features(parse_columns(INPUTS, [RAW_LOAN | raw]), state)[0]
        np.testing.assert_array_equal(mapped.loc[raw["id"]].to_numpy(np.float64), alone)


def test_a_quarter_says_which_state_it_was_made_with(
    files: PartFiles, state: FeatureState, tmp_path: Path
) -> None:
    """The quarters of two runs with two states are told apart."""
    other = FeatureState(bounds={}, medians={}, categories={})
    paths: list[str] = []
    for quarter, learnt in {"2016-01-01": state, "2016-04-01": other}.items():
        folder = tmp_path / f"issue_quarter={quarter}"
        folder.mkdir()
        paths += written(map_features(files, learnt, [ID]), folder).paths
    table = pa_dataset.dataset(paths, format="parquet")
    assert states_of(table) == {"2016-01-01": state.digest, "2016-04-01": other.digest}

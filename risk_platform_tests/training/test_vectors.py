"""Vectors of training and of a single application are made by one function, learnt on training."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from pyspark.ml.functions import vector_to_array
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.protocols import MATURED36, WINDOW12
from risk_platform.contract.splits import Split
from risk_platform.errors.protocols import OneSidedSplitError
from risk_platform.features.definitions import FEATURE_NAMES
from risk_platform.scoring.families.encoding import Encoder
from risk_platform.spark.partwise import PartFiles
from risk_platform.training.columns import learn_columns
from risk_platform.training.vectors import Vectors, vectors_of
from risk_platform_tests.training.conftest import (
    TRAINED_ON,
    VALIDATED_ON,
    feature_table,
    place,
)


def in_order(vectors: Vectors, split: Split) -> NDArray[np.float64]:
    """Return the vectors of a split in the order of the loans."""
    rows = vectors.of(split).select(
        F.col("id").cast("int").alias("id"), vector_to_array(F.col("features")).alias("vector")
    )
    return np.array([row["vector"] for row in rows.orderBy("id").collect()])


@pytest.mark.parametrize("kind", ["scaled", "coded"])
def test_spark_is_given_what_a_single_application_gives(
    kind: str, features: NDArray[np.float64], request: pytest.FixtureRequest
) -> None:
    """To the bit, loan by loan."""
    vectors: Vectors = request.getfixturevalue(kind)
    found = in_order(vectors, Split.TRAIN)
    encoder = Encoder(vectors.encoding)
    alone = [encoder.vectors(features[row : row + 1])[0] for row in range(TRAINED_ON)]
    np.testing.assert_array_equal(found, alone)


def test_scaled_columns_have_mean_0_and_deviation_1_over_training(
    scaled: Vectors, features: NDArray[np.float64]
) -> None:
    """Those of labels and of absences too; of a number over the loans that have it."""
    found = in_order(scaled, Split.TRAIN)
    for column, name in enumerate(scaled.encoding.columns):
        is_number = column < len(scaled.encoding.fills)
        known = ~np.isnan(features[:TRAINED_ON, place(name)]) | (not is_number)
        assert found[known, column].mean() == pytest.approx(0, abs=1e-9)
        assert found[known, column].std() == pytest.approx(1, abs=1e-9)


def test_nothing_is_learnt_from_later_loans(
    files: PartFiles, features: NDArray[np.float64]
) -> None:
    """Medians are those of the training split."""
    number = learn_columns(files, WINDOW12).numbers["fico_mid"]
    train = features[:TRAINED_ON, place("fico_mid")]
    assert number.median == np.nanmedian(train)
    assert number.unknown == np.isnan(train).mean()


def test_what_says_nothing_is_not_read(scaled: Vectors) -> None:
    """A column that is never known, or hardly ever, and one that is always the same."""
    assert {"sec_app_fico_mid", "sec_app_mort_acc", "term"}.isdisjoint(scaled.encoding.fills)
    assert scaled.encoding.inputs == FEATURE_NAMES


def test_the_absence_of_the_same_loans_is_said_once(coded: Vectors) -> None:
    """By the first of the columns that share it."""
    assert "tot_cur_bal" in coded.encoding.flagged
    assert "avg_cur_bal" not in coded.encoding.flagged


def test_a_model_without_price_is_given_none(files: PartFiles) -> None:
    """A protocol's classes of columns are all that there is."""
    assert {"int_rate", "sub_grade_rank"}.isdisjoint(learn_columns(files, MATURED36).inputs)


def test_only_loans_to_fit_on_are_given(scaled: Vectors) -> None:
    """Those of training and of validation, with the weight of their class."""
    counts = {row["split"]: row["count"] for row in scaled.loans.groupBy("split").count().collect()}
    assert counts == {"train": TRAINED_ON, "validation": VALIDATED_ON}
    weighed = scaled.of(Split.TRAIN).groupBy("outcome").agg(F.sum("weight").alias("mass")).collect()
    assert [row["mass"] for row in weighed] == pytest.approx([TRAINED_ON / 2] * 2)


@pytest.mark.parametrize(("outcome", "said"), [(False, "0 defaulted"), (True, "2,400 defaulted")])
def test_one_outcome_teaches_nothing(
    outcome: bool,  # noqa: FBT001 - a case
    said: str,
    features: NDArray[np.float64],
    spark: SparkSession,
    tmp_path: Path,
) -> None:
    """The sentence names the split and counts its loans."""
    path = tmp_path / "part.parquet"
    pq.write_table(feature_table(features, np.full(len(features), outcome)), path)
    with pytest.raises(OneSidedSplitError, match=f"the 2,400 loans of the train split {said}"):
        vectors_of(spark, PartFiles({"a": [str(path)]}), WINDOW12, one_hot=True)

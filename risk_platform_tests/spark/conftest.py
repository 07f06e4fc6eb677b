"""What tests of tables share: loans of many incomes and what is learnt from them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pytest
from pyspark.sql import DataFrame, SparkSession

from risk_platform.features.state import FeatureState
from risk_platform.spark.clean import clean_loans
from risk_platform.spark.learn import learn_state
from risk_platform.spark.partwise import PartFiles
from risk_platform_tests.made import written
from risk_platform_tests.spark.many_loans import raw_loans

RawParts = Callable[[Sequence[Mapping[str, str]]], PartFiles]


@pytest.fixture(scope="package")
def files(raw_parts: RawParts, tmp_path_factory: pytest.TempPathFactory) -> PartFiles:
    """Return where the loans are, cleaned."""
    cleaned = clean_loans(raw_parts(raw_loans()), {"a.csv": date(2019, 3, 1)}, {})
    return written(cleaned, tmp_path_factory.mktemp("cleaned"))


@pytest.fixture(scope="package")
def loans(files: PartFiles, spark: SparkSession) -> DataFrame:
    """Return the cleaned loans."""
    return files.read(spark).cache()


@pytest.fixture(scope="package")
def state(loans: DataFrame) -> FeatureState:
    """Return what is learnt from all of them."""
    return learn_state(loans)

"""A feature table of drawn loans, for tests of whatever is fitted on Spark."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from pyspark.sql import SparkSession

from risk_platform.contract.protocols import WINDOW12
from risk_platform.contract.splits import Split
from risk_platform.features.definitions import FEATURE_NAMES, FEATURES, Kind
from risk_platform.spark.partwise import PartFiles
from risk_platform.training.vectors import Vectors, vectors_of

LOANS = 4_000
TRAINED_ON, VALIDATED_ON = 2_400, 800
LABELS = 5
RISKY_REGION = 2


def place(name: str) -> int:
    """Return where a feature stands."""
    return FEATURE_NAMES.index(name)


def true_pd(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the PD by which loans are drawn: of FICO, of whether DTI is known, and of region."""
    fico, dti, region = (features[:, place(name)] for name in ("fico_mid", "dti", "region"))
    worse = 0.8 * np.isnan(dti) + 1.2 * (region == RISKY_REGION) - np.nan_to_num(fico)
    return 1 / (1 + np.exp(2.6 - worse))


def drawn_features(seed: int, loans: int) -> NDArray[np.float64]:
    """Draw model inputs of which a tenth is unknown.

    One is never known, ``sec_app_fico_mid``, one of ten loans only, ``sec_app_mort_acc``, and one
    always the same, ``term``; ``avg_cur_bal`` is unknown of the very loans of which
    ``tot_cur_bal`` is.
    """
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(loans, len(FEATURES)))
    for at, feature in enumerate(FEATURES):
        if feature.kind is Kind.CATEGORY:
            features[:, at] = rng.integers(0, LABELS, loans)
    features[rng.random(features.shape) < 0.1] = np.nan
    features[:, place("sec_app_fico_mid")] = np.nan
    features[10:, place("sec_app_mort_acc")] = np.nan
    features[:, place("term")] = 36.0
    together = np.isnan(features[:, place("tot_cur_bal")])
    features[:, place("avg_cur_bal")] = np.where(together, np.nan, rng.random(loans))
    return features


def feature_table(features: NDArray[np.float64], outcomes: NDArray[np.bool_]) -> pa.Table:
    """Return a table of ``loan_features``: first the loans of training, then later ones."""
    splits = np.full(len(features), Split.TEST.value, dtype=object)
    splits[: TRAINED_ON + VALIDATED_ON] = Split.VALIDATION.value
    splits[:TRAINED_ON] = Split.TRAIN.value
    columns = zip(FEATURE_NAMES, features.T, strict=True)
    told = {
        "id": [str(number) for number in range(len(features))],
        "split": splits,
        WINDOW12.outcome.name: pa.array(outcomes.astype(np.int32)),
    }
    return pa.table(told | {name: pa.array(values, from_pandas=True) for name, values in columns})


@pytest.fixture(scope="session")
def features() -> NDArray[np.float64]:
    """Return the drawn model inputs."""
    return drawn_features(1, LOANS)


@pytest.fixture(scope="session")
def outcomes(features: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return the drawn outcomes."""
    return np.random.default_rng(2).random(LOANS) < true_pd(features)


@pytest.fixture(scope="session")
def files(
    features: NDArray[np.float64],
    outcomes: NDArray[np.bool_],
    tmp_path_factory: pytest.TempPathFactory,
) -> PartFiles:
    """Return where their table is, in two parts."""
    folder, table = tmp_path_factory.mktemp("loan_features"), feature_table(features, outcomes)
    parts = {"a": table.slice(0, 1_500), "b": table.slice(1_500)}
    for name, part in parts.items():
        pq.write_table(part, folder / f"{name}.parquet")
    return PartFiles({name: [str(folder / f"{name}.parquet")] for name in parts})


@pytest.fixture(scope="session")
def scaled(spark: SparkSession, files: PartFiles) -> Iterator[Vectors]:
    """Return them as vectors with a scaled column for each label."""
    with kept(vectors_of(spark, files, WINDOW12, one_hot=True)) as vectors:
        yield vectors


@pytest.fixture(scope="session")
def coded(spark: SparkSession, files: PartFiles) -> Iterator[Vectors]:
    """Return them as vectors with codes."""
    with kept(vectors_of(spark, files, WINDOW12, one_hot=False)) as vectors:
        yield vectors


@contextmanager
def kept(vectors: Vectors) -> Iterator[Vectors]:
    """Keep vectors in memory until the end of the block."""
    loans = vectors.loans.persist()
    yield replace(vectors, loans=loans)
    loans.unpersist()

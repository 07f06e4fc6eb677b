"""Portfolios: raw loans to scores at scale, by the bundle that the service scores with.

Spark maps one function over batches of loans: text is read by the reader of the tables, features
are built by the one road, and the bundle says the rest.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame

from risk_platform.contract.columns import SOURCE_FILE, SOURCE_RECORD
from risk_platform.features.definitions import INPUT_COLUMNS, INPUTS
from risk_platform.scoring.bundle import ModelBundle, bundle_of
from risk_platform.scoring.score import score_columns
from risk_platform.spark.features import columns_of
from risk_platform.spark.typed import type_texts

_CODES = pa.list_(pa.string())
CARRIED = ("id", SOURCE_FILE, SOURCE_RECORD)
SCORES = (
    f"id string, {SOURCE_FILE} string, {SOURCE_RECORD} bigint, pd double, points int, band string,"
    " verdict string, policy string, too_little_known boolean, reasons array<string>,"
    " segment int, segment_name string, model_version int, model_digest string"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioModel:
    """A model on its way to Spark's workers, as text: a bundle itself does not travel.

    Parameters
    ----------
    version, digest
        Of the registry.
    texts
        Name to text of each of the bundle's files.
    """

    version: int
    digest: str
    texts: Mapping[str, str]


def score_loans(raw: DataFrame, model: PortfolioModel) -> DataFrame:
    """Score raw loans.

    Parameters
    ----------
    raw
        Landed loans: each column of the contract as text, with the file and record of each.
    model
        What scores them.

    Returns
    -------
    DataFrame
        A row for each loan, with the columns ``SCORES``; in no order.
    """
    read = dict.fromkeys((*CARRIED, *INPUT_COLUMNS))
    return raw.select(*read).mapInArrow(partial(_scored, model), SCORES)


def _scored(model: PortfolioModel, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    bundle = _bundle(tuple(sorted(model.texts.items())))
    for raw in batches:
        yield _score_batch(model, bundle, raw)


@lru_cache(maxsize=1)
def _bundle(texts: tuple[tuple[str, str], ...]) -> ModelBundle:
    """Read a bundle once for all tasks of a worker."""
    return bundle_of(dict(texts))


def _score_batch(model: PortfolioModel, bundle: ModelBundle, raw: pa.RecordBatch) -> pa.RecordBatch:
    typed = [type_texts(column, raw.column(column.name)).values for column in INPUTS]
    loans = pa.RecordBatch.from_arrays(typed, names=[column.name for column in INPUTS])
    null = np.column_stack([values.is_null().to_numpy(zero_copy_only=False) for values in typed])
    scored = score_columns(bundle, columns_of(loans), null, [False] * len(raw))
    # A landed number may have blanks around it, as the file has them.
    ids = pc.utf8_trim(raw.column("id"), " ")
    told = {
        "pd": pa.array([one.pd for one in scored], pa.float64()),
        "points": pa.array([one.points for one in scored], pa.int32()),
        "band": pa.array([one.band.value for one in scored], pa.string()),
        "verdict": pa.array([one.verdict.value for one in scored], pa.string()),
        "policy": pa.array([one.policy for one in scored], pa.string()),
        "too_little_known": pa.array([one.too_little_known for one in scored], pa.bool_()),
        "reasons": pa.array([[r.code for r in one.reasons] for one in scored], _CODES),
        "segment": pa.array([one.segment for one in scored], pa.int32()),
        "segment_name": pa.array([one.segment_name for one in scored], pa.string()),
        "model_version": pa.repeat(pa.scalar(model.version, pa.int32()), len(raw)),
        "model_digest": pa.repeat(model.digest, len(raw)),
    }
    carried = {name: raw.column(name) for name in CARRIED} | {"id": ids}
    return pa.RecordBatch.from_pydict({**carried, **told})

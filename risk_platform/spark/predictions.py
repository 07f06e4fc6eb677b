"""Predictions of judged loans: each model's PD beside the terms, the outcome and the money."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from risk_platform.contract.outcome import Matured, Outcome
from risk_platform.contract.predictions import (
    IDENTITY,
    IS_COMPLETE,
    MONEY,
    MONTHS_OBSERVED,
    OUTCOME,
    SEGMENT,
    SPLIT,
    SUB_GRADE_RANK,
    SUB_GRADES,
    TERMS,
)
from risk_platform.contract.splits import Split
from risk_platform.scoring.model import Model, Predictor
from risk_platform.scoring.segments import Segments
from risk_platform.spark.clean import CLEANED_SCHEMA
from risk_platform.spark.outcomes import TOLD_FROM, months_observed, outcomes_of
from risk_platform.spark.partwise import PartFiles, read_batches

JUDGED = (Split.VALIDATION, Split.TEST)
_CARRIED = (*IDENTITY, *TERMS, *MONEY)
_READ = list(dict.fromkeys((*_CARRIED, *TOLD_FROM)))


def predictions_schema(models: Sequence[str]) -> pa.Schema:
    """Return the columns of a table of predictions."""
    added = [
        pa.field(SUB_GRADE_RANK, pa.float64()),
        pa.field(MONTHS_OBSERVED, pa.int32()),
        pa.field(IS_COMPLETE, pa.bool_()),
        pa.field(SPLIT, pa.string()),
        pa.field(OUTCOME, pa.int8()),
        pa.field(SEGMENT, pa.string()),
    ]
    carried = [CLEANED_SCHEMA.field(name) for name in _CARRIED]
    return pa.schema([*carried, *added, *(pa.field(name, pa.float64()) for name in models)])


def predict_loans(
    features: PartFiles,
    cleaned: PartFiles,
    models: Mapping[str, Model],
    segments: Segments,
    outcome: Outcome,
) -> pa.Table:
    """Return a row for each loan of validation and test, in the order of the parts.

    Parameters
    ----------
    features, cleaned
        The tables of features and of cleaned loans, with the same parts.
    models
        Name to fitted model; each becomes a column of calibrated PDs.
    segments
        What borrowers are divided into.
    outcome
        The protocol's.
    """
    predictors = {name: (model, model.predictor()) for name, model in models.items()}
    parts = [
        _predicted(files, cleaned.of.get(part, ()), predictors, segments, outcome)
        for part, files in features.of.items()
    ]
    return pa.concat_tables([predictions_schema(tuple(models)).empty_table(), *parts])


def _predicted(
    features: Sequence[str],
    cleaned: Sequence[str],
    models: Mapping[str, tuple[Model, Predictor]],
    segments: Segments,
    outcome: Outcome,
) -> pa.Table:
    """Predict the judged loans of one part, and join what the books say of them."""
    inputs = {*segments.inputs, *(name for model, _ in models.values() for name in model.inputs)}
    judged = _judged(features, ["id", SPLIT, outcome.name, *sorted(inputs)])
    books = [_books(batch) for batch in read_batches(cleaned, _READ)]
    ids = judged["id"].combine_chunks()
    told = pa.Table.from_batches(books).take(pc.index_in(ids, pa.concat_arrays(_ids(books))))
    pds = {name: _pd(*model, judged) for name, model in models.items()}
    outcomes = judged[outcome.name].cast(pa.int8())
    judgement = {SPLIT: judged[SPLIT], OUTCOME: outcomes, SEGMENT: _segment(segments, judged)}
    table = pa.table({**_as_dict(told), **judgement, **pds})
    return table.select(predictions_schema(tuple(models)).names)


def _judged(paths: Sequence[str], columns: list[str]) -> pa.Table:
    wanted = pa.array([split.value for split in JUDGED])
    read = read_batches(paths, columns)
    return pa.Table.from_batches(b.filter(pc.is_in(b.column(SPLIT), wanted)) for b in read)


def _books(loans: pa.RecordBatch) -> pa.RecordBatch:
    """Keep what is carried, and tell what follows from the books."""
    places = pc.index_in(loans.column("sub_grade"), pa.array(SUB_GRADES))
    observed = months_observed(loans)
    added = {
        SUB_GRADE_RANK: pc.add(places.cast(pa.float64()), 1.0),
        MONTHS_OBSERVED: pa.array(observed, pa.int32(), from_pandas=True),
        IS_COMPLETE: pa.array(~np.isnan(outcomes_of(loans, Matured()))),
    }
    arrays = [loans.column(name) for name in _CARRIED]
    return pa.RecordBatch.from_arrays([*arrays, *added.values()], names=[*_CARRIED, *added])


def _ids(books: Sequence[pa.RecordBatch]) -> list[pa.Array]:
    return [batch.column("id") for batch in books]


def _as_dict(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    return dict(zip(table.column_names, table.columns, strict=True))


def _pd(model: Model, predictor: Predictor, judged: pa.Table) -> pa.Array:
    if not judged.num_rows:
        return pa.array([], pa.float64())
    return pa.array(model.calibration.apply(predictor.predict(_matrix(judged, model.inputs))))


def _segment(segments: Segments, judged: pa.Table) -> pa.Array:
    places = segments.assign(_matrix(judged, segments.inputs))
    labels = pa.array([f"{place} {name}" for place, name in enumerate(segments.names, start=1)])
    return labels.take(pa.array(places))


def _matrix(rows: pa.Table, names: Sequence[str]) -> NDArray[np.float64]:
    return np.column_stack([rows[name].to_numpy() for name in names])

"""Borrowers of the training split: what segments are learnt from, and what describes them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pa_dataset
from numpy.typing import NDArray

from risk_platform.contract.outcome import DEFAULT_FLAG
from risk_platform.contract.splits import Split
from risk_platform.evaluation.metrics import Outcomes
from risk_platform.evaluation.profiles import Loans
from risk_platform.evaluation.traits import TRAIT_NAMES
from risk_platform.scoring.segments import Segments
from risk_platform.spark.outcomes import outcomes_of
from risk_platform.spark.partwise import PartFiles, read_batches

Floats = NDArray[np.float64]
AMOUNT = "loan_amnt"
_LENT, _BACK = "funded_amnt", ("total_rec_prncp", "recoveries")
_COST = "collection_recovery_fee"
_BOOKS = ("id", "loan_status", _LENT, *_BACK, _COST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Borrowers:
    """Loans of the training split: arrays of the same length.

    Parameters
    ----------
    ids
        The loans' numbers.
    traits
        Shape (n, traits), NaN where unknown. Nothing else is learnt from.
    loan_usd
        Amount asked for.
    outcomes
        1 for default, 0 for none, by the protocol.
    """

    ids: pa.ChunkedArray
    traits: Floats
    loan_usd: Floats
    outcomes: Outcomes


def training_borrowers(features: PartFiles, outcome: str) -> Borrowers:
    """Read the training split of ``loan_features``.

    Parameters
    ----------
    features
        Files of the table.
    outcome
        The column of the protocol's outcome.
    """
    rows = features.dataset().to_table(
        columns=["id", outcome, AMOUNT, *TRAIT_NAMES],
        filter=pa_dataset.field("split") == Split.TRAIN.value,
    )
    return Borrowers(
        ids=rows["id"],
        traits=np.column_stack([rows[name].to_numpy() for name in TRAIT_NAMES]),
        loan_usd=rows[AMOUNT].to_numpy(),
        outcomes=rows[outcome].to_numpy().astype(np.int8),
    )


def described(borrowers: Borrowers, cleaned: PartFiles, segments: Segments) -> Loans:
    """Add what became of the principal, from the books in ``cleaned_loans``."""
    books = pa.Table.from_batches(_ended(read_batches(cleaned.paths, _BOOKS)), _ENDED)
    places = pc.index_in(borrowers.ids, value_set=books["id"])
    lent, lost = (books[name].take(places).to_numpy() for name in ("lent", "lost"))
    return Loans(
        traits=borrowers.traits,
        scaled=segments.scaled(borrowers.traits),
        loan_usd=borrowers.loan_usd,
        outcomes=borrowers.outcomes,
        lent_usd=lent,
        lost_usd=lost,
    )


_ENDED = pa.schema([("id", pa.string()), ("lent", pa.float64()), ("lost", pa.float64())])


def _ended(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield, of loans that have ended, the principal lent and what of it never came back."""
    for batch in batches:
        outcomes = outcomes_of(batch, DEFAULT_FLAG)
        lent, lost = _number(batch, _LENT), _lost(batch)
        # A loan that was paid in full lost nothing, whatever cents its books are short of.
        known = np.where(outcomes == 1, lost, np.where(outcomes == 0, 0.0, np.nan))
        is_known = pa.array(~np.isnan(known) & ~np.isnan(lent))
        columns: list[pa.Array] = [batch["id"], pa.array(lent), pa.array(known)]
        yield pa.record_batch(columns, schema=_ENDED).filter(is_known)


def _lost(batch: pa.RecordBatch) -> Floats:
    """Return what was lent less what came back, and what it cost to recover that."""
    back = sum(np.nan_to_num(_number(batch, name)) for name in _BACK)
    lost = _number(batch, _LENT) - back + np.nan_to_num(_number(batch, _COST))
    return np.maximum(lost, 0.0)


def _number(batch: pa.RecordBatch, name: str) -> Floats:
    return batch.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False)

"""Stored predictions in memory: the loans of one split, with all that figures are made of."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from risk_platform.contract.predictions import (
    IS_COMPLETE,
    MONTHS_OBSERVED,
    OUTCOME,
    SEGMENT,
    SPLIT,
    SUB_GRADE_RANK,
)
from risk_platform.contract.splits import Split
from risk_platform.errors.protocols import OneSidedSplitError
from risk_platform.evaluation.metrics import Outcomes, Scores

Numbers = NDArray[np.float64]
Labels = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What became of the money: USD, arrays of shape (n,), NaN where the books do not say.

    Parameters
    ----------
    asked
        Amount applied for: what is known in advance.
    funded
        Amount lent.
    received
        All that was received: principal, interest, late fees, recoveries.
    principal
        Principal received.
    recoveries
        Received after the charge-off, less the collector's fee.
    fee
        The collector's fee.
    is_complete
        Whether the loan's term had ended by the snapshot, however it ended.
    """

    asked: Numbers
    funded: Numbers
    received: Numbers
    principal: Numbers
    recoveries: Numbers
    fee: Numbers
    is_complete: NDArray[np.bool_]

    @property
    def profit(self) -> Numbers:
        """Interest, late fees and recoveries received, less principal lost and collectors' fees.

        No cost of funds, no servicing, no discounting: the data hold none of them.
        """
        return self.received - self.fee - self.funded

    @property
    def exposure(self) -> Numbers:
        """Principal that was still owed when payments ended."""
        return self.funded - self.principal

    @property
    def loss(self) -> Numbers:
        """Principal lost, net of recoveries; of loans that defaulted."""
        return self.exposure - self.recoveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """Loans of one split: arrays of shape (n,).

    Parameters
    ----------
    outcomes
        1 for default, 0 for none.
    pds
        Name of each model to its PDs.
    sub_grade
        Rank of the lender's sub-grade, 1 the safest; NaN where it has none.
    issued, months_observed
        Month of issue since January 1970; months from there to the snapshot.
    groups
        By what loans are told apart - ``grade``, ``term``, ``segment`` - to each loan's label;
        ``None`` where unknown.
    money
        What became of the money.
    """

    outcomes: Outcomes
    pds: Mapping[str, Scores]
    sub_grade: Scores
    issued: Numbers
    months_observed: Numbers
    groups: Mapping[str, Labels]
    money: Money


def splits_of(table: pa.Table, models: tuple[str, ...]) -> dict[Split, Predictions]:
    """Take validation and test out of the table of ``model_predictions``; see below."""
    return {split: predictions_of(table, split, models) for split in (Split.VALIDATION, Split.TEST)}


def predictions_of(table: pa.Table, split: Split, models: tuple[str, ...]) -> Predictions:
    """Take one split out of the table of ``model_predictions``.

    Raises
    ------
    OneSidedSplitError
        Its loans all defaulted, or none did.
    """
    rows = table.filter(pc.equal(table[SPLIT], split.value))
    outcomes = rows[OUTCOME].to_numpy().astype(np.int8)
    if int(outcomes.sum()) in {0, len(outcomes)}:
        raise OneSidedSplitError(split.value, len(outcomes), int(outcomes.sum()))
    return Predictions(
        outcomes=outcomes,
        pds={name: _numbers(rows, name) for name in models},
        sub_grade=_numbers(rows, SUB_GRADE_RANK),
        issued=rows["issue_d"].to_numpy().astype("datetime64[M]").astype(np.float64),
        months_observed=_numbers(rows, MONTHS_OBSERVED),
        groups=_groups(rows),
        money=_money(rows),
    )


def _groups(rows: pa.Table) -> dict[str, Labels]:
    terms = [None if term is None else f"{term} months" for term in rows["term"].to_pylist()]
    return {
        "grade": rows["grade"].to_numpy(),
        "term": np.array(terms, dtype=object),
        SEGMENT: rows[SEGMENT].to_numpy(),
    }


def _money(rows: pa.Table) -> Money:
    fee = _numbers(rows, "collection_recovery_fee")
    return Money(
        asked=_numbers(rows, "loan_amnt"),
        funded=_numbers(rows, "funded_amnt"),
        received=_numbers(rows, "total_pymnt"),
        principal=_numbers(rows, "total_rec_prncp"),
        recoveries=_numbers(rows, "recoveries") - fee,
        fee=fee,
        is_complete=rows[IS_COMPLETE].to_numpy(),
    )


def _numbers(rows: pa.Table, name: str) -> Numbers:
    return rows[name].cast(pa.float64()).to_numpy()

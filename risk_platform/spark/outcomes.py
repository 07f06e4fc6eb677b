"""Outcomes of tables: what the contract's policies say of whole batches of cleaned loans."""

from typing import assert_never

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from risk_platform.contract.outcome import (
    DEFAULT_AFTER_MONTHS,
    DEFAULT_STATUSES,
    PAID_STATUSES,
    Matured,
    Outcome,
    Resolved,
    Window,
)
from risk_platform.contract.protocols import Population
from risk_platform.spark.clean import SNAPSHOT
from risk_platform.spark.typed import months_of

#: What outcomes and populations are told from.
TOLD_FROM = (SNAPSHOT, "issue_d", "term", "loan_status", "last_pymnt_d", "application_type")
JOINT = "Joint App"

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def months_observed(loans: pa.RecordBatch) -> Floats:
    """Return the months between a loan's issue and its file's snapshot; NaN where unknown."""
    return months_of(loans.column(SNAPSHOT)) - months_of(loans.column("issue_d"))


def outcomes_of(loans: pa.RecordBatch, outcome: Outcome) -> Floats:
    """Return 1, 0 or NaN as the policy's ``outcome`` defines them."""
    match outcome:
        case Resolved():
            return _resolved(loans)
        case Matured():
            is_ripe = months_observed(loans) >= _numbers(loans, "term")
            return np.where(is_ripe, _resolved(loans), np.nan)
        case Window(months):
            return np.where(months_observed(loans) >= months, _within(loans, months), np.nan)
    assert_never(outcome)


def are_of(loans: pa.RecordBatch, population: Population) -> Flags:
    """Return which loans are of a population."""
    of = np.full(len(loans), fill_value=True)
    if population.term is not None:
        of &= _numbers(loans, "term") == population.term
    if population.individual:
        of &= _labels(loans, "application_type") != JOINT
    return of


def _resolved(loans: pa.RecordBatch) -> Floats:
    statuses = _labels(loans, "loan_status")
    ended = [np.isin(statuses, DEFAULT_STATUSES), np.isin(statuses, PAID_STATUSES)]
    return np.select(ended, [1.0, 0.0], np.nan)


def _within(loans: pa.RecordBatch, months: int) -> Floats:
    issued, paid = months_of(loans.column("issue_d")), months_of(loans.column("last_pymnt_d"))
    paid_until = np.where(np.isnan(paid), issued, paid)
    in_time = paid_until + DEFAULT_AFTER_MONTHS - issued <= months
    return (np.isin(_labels(loans, "loan_status"), DEFAULT_STATUSES) & in_time).astype(np.float64)


def _numbers(loans: pa.RecordBatch, name: str) -> Floats:
    return loans.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False)


def _labels(loans: pa.RecordBatch, name: str) -> NDArray[np.str_]:
    return loans.column(name).to_numpy(zero_copy_only=False).astype(str)

"""Hardship: plans that were agreed with borrowers in trouble, from 2017 on."""

import numpy as np
import pyarrow as pa

from risk_platform.sources.generator.applications import Bools
from risk_platform.sources.generator.books import CURRENT, LATE_16, LATE_31, PAID, Books
from risk_platform.sources.generator.marginals import Floats, Ints
from risk_platform.sources.generator.pricing import Terms, owed_after
from risk_platform.sources.generator.rawtext import labels_text, months_text, numbers_text

# The first plans were agreed in May 2017; the spring of 2020 brought most of them.
_FIRST_MONTH, _PANDEMIC = (2017 - 1970) * 12 + 4, (2020 - 1970) * 12 + 2
_SHARE, _IN_PANDEMIC = 0.012, 0.6
_MONTHS = 3
_REASONS = (
    "UNEMPLOYMENT", "NATURAL_DISASTER", "INCOME_CURTAILMENT", "MEDICAL", "REDUCED_HOURS",
    "EXCESSIVE_OBLIGATIONS", "FAMILY_DEATH", "DISABILITY", "DIVORCE",
)  # fmt: skip
_STATUSES = ("ACTIVE", "COMPLETED", "BROKEN")
_LOAN_STATUSES = ("Current", "In Grace Period", "Late (16-30 days)", "Late (31-120 days)")
_SETTLED = 0.08


def draw_hardship(
    rng: np.random.Generator, issued: Ints, terms: Terms, books: Books
) -> dict[str, pa.Array]:
    """Draw the hardship block: raw texts by column, null where there was no plan."""
    begun, has_plan = _plans(rng, issued, books)
    ends = begun + _MONTHS
    is_active = has_plan & (ends > books.snapshot) & books.is_active
    state = np.where(is_active, 0, np.where(np.isin(books.status, (LATE_16, LATE_31)), 2, 1))
    owed = owed_after(terms, np.maximum(begun - issued, 0))
    interest = np.round(owed * terms.rate / 1200, 2)
    count = len(issued)

    def amount(of: Floats) -> pa.Array:
        return numbers_text(np.where(has_plan, np.round(of, 2), np.nan))

    def one_of(labels: tuple[str, ...], position: Ints) -> pa.Array:
        return labels_text(labels, position, absent=~has_plan)

    return {
        "hardship_flag": labels_text(("N", "Y"), is_active.astype(np.int64)),
        "hardship_type": one_of(("INTEREST ONLY-3 MONTHS DEFERRAL",), np.zeros(count, np.int64)),
        "hardship_reason": one_of(_REASONS, rng.integers(len(_REASONS), size=count)),
        "hardship_status": one_of(_STATUSES, state),
        "deferral_term": amount(np.full(count, _MONTHS)),
        "hardship_length": amount(np.full(count, _MONTHS)),
        "hardship_amount": amount(interest),
        "hardship_start_date": months_text(begun, absent=~has_plan),
        "payment_plan_start_date": months_text(begun + 1, absent=~has_plan),
        "hardship_end_date": months_text(ends, absent=~has_plan),
        "hardship_dpd": amount(rng.integers(0, 30, count).astype(np.float64)),
        "hardship_loan_status": one_of(_LOAN_STATUSES, rng.integers(0, 4, count)),
        "orig_projected_additional_accrued_interest": amount(_MONTHS * interest),
        "hardship_payoff_balance_amount": amount(owed + interest),
        "hardship_last_payment_amount": amount(terms.installment * rng.random(count)),
    }


def draw_settlement_flags(rng: np.random.Generator, books: Books) -> pa.Array:
    """Draw whether a settlement company speaks for the borrower: of loans in trouble alone."""
    in_trouble = ~np.isin(books.status, (CURRENT,)) & (books.recoveries > 0)
    return labels_text(
        ("N", "Y"), (in_trouble & (rng.random(len(in_trouble)) < _SETTLED)).astype(np.int64)
    )


def _plans(rng: np.random.Generator, issued: Ints, books: Books) -> tuple[Ints, Bools]:
    """Return the month in which a plan began, and whether there was one."""
    earliest = np.maximum(issued + 1, _FIRST_MONTH)
    # Whoever pays off is in no trouble in the last months.
    latest = issued + books.payments - np.where(books.status == PAID, _MONTHS + 1, 0)
    in_pandemic = (rng.random(len(issued)) < _IN_PANDEMIC) & (latest >= _PANDEMIC)
    from_month = np.where(in_pandemic, np.maximum(earliest, _PANDEMIC), earliest)
    is_possible = latest >= from_month
    begun = rng.integers(from_month, np.maximum(latest, from_month) + 1)
    return begun, is_possible & (rng.random(len(issued)) < _SHARE)

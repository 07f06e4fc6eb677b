"""Books: what the lender's books show of each loan on the day of the snapshot.

The accounting identities hold to the cent: what was received is principal, interest, late fees and
recoveries; what is owed is what was funded less the principal received.
"""

from dataclasses import dataclass

import numpy as np

from risk_platform.contract.outcome import DEFAULT_AFTER_MONTHS
from risk_platform.sources.generator.applications import Bools
from risk_platform.sources.generator.marginals import Floats, Ints
from risk_platform.sources.generator.pricing import Terms, owed_after
from risk_platform.sources.generator.risk import Fate

STATUSES = (
    "Fully Paid",
    "Charged Off",
    "Current",
    "In Grace Period",
    "Late (16-30 days)",
    "Late (31-120 days)",
    "Default",
    "Issued",
)
PAID, CHARGED_OFF, CURRENT, GRACE, LATE_16, LATE_31, DEFAULT, ISSUED = range(len(STATUSES))
# Loans of the first years that a later policy would have refused keep their end in longer words.
OFF_POLICY = "Does not meet the credit policy. Status:"
_OFF_POLICY_UNTIL, _OFF_POLICY = (2011 - 1970) * 12, 0.06
_RECOVERED, _RECOVERY_FEE = 0.69, 0.18
_LATE_FEE = 15.0
# Of loans a month behind, half are within the fifteen days of grace.
_IN_GRACE = 0.5
_LATE_FEES_OF_GOOD, _LATE_FEES_OF_BAD = 0.02, 0.145


@dataclass(frozen=True, slots=True)
class Books:
    """The books at the snapshot; amounts in USD, months since January 1970.

    Parameters
    ----------
    snapshot
        The month in which the books were read.
    status
        Position in ``STATUSES``.
    is_off_policy
        Whether a later credit policy would have refused the loan.
    payments
        Payments made.
    principal, interest, late_fees, recoveries, recovery_fee
        Received so far.
    owed
        Principal still owed.
    last_payment
        Amount of the last payment; NaN where none was made.
    """

    snapshot: int
    status: Ints
    is_off_policy: Bools
    payments: Ints
    principal: Floats
    interest: Floats
    late_fees: Floats
    recoveries: Floats
    recovery_fee: Floats
    owed: Floats
    last_payment: Floats

    @property
    def is_active(self) -> Bools:
        """Whether payments are still expected."""
        return ~np.isin(self.status, (PAID, CHARGED_OFF))


def keep_books(
    rng: np.random.Generator, issued: Ints, terms: Terms, fate: Fate, snapshot: int
) -> Books:
    """Read each loan's account at the snapshot."""
    age = snapshot - issued
    stops = fate.last_paid < age
    payments = np.minimum(np.where(stops, fate.last_paid, age), fate.paid_off)
    status = _status(rng, age, payments, fate, is_stopped=stops)
    is_paid = status == PAID
    owed = np.where(is_paid, 0.0, np.round(owed_after(terms, payments), 2))
    principal = np.round(terms.funded - owed, 2)
    before = owed_after(terms, np.maximum(payments - 1, 0))
    payoff = np.round(before * (1 + terms.rate / 1200), 2)
    received = np.where(
        is_paid, (payments - 1) * terms.installment + payoff, payments * terms.installment
    )
    is_lost = status == CHARGED_OFF
    recoveries = _recoveries(rng, owed, is_lost=is_lost)
    last = np.where(is_paid, payoff, terms.installment)
    return Books(
        snapshot=snapshot,
        status=status,
        is_off_policy=(rng.random(len(age)) < _OFF_POLICY) & (issued < _OFF_POLICY_UNTIL),
        payments=payments,
        principal=principal,
        interest=np.maximum(np.round(received - principal, 2), 0.0).astype(np.float64),
        late_fees=_late_fees(rng, is_lost=is_lost),
        recoveries=recoveries,
        recovery_fee=np.round(_RECOVERY_FEE * recoveries, 4),
        owed=np.where(is_lost, 0.0, owed),
        last_payment=np.where(payments > 0, last, np.nan),
    )


def _status(
    rng: np.random.Generator, age: Ints, payments: Ints, fate: Fate, *, is_stopped: Bools
) -> Ints:
    behind = np.where(is_stopped, age - payments, 0)
    in_grace = rng.random(len(age)) < _IN_GRACE
    return np.select(
        [
            age == 0,
            behind > DEFAULT_AFTER_MONTHS,
            behind == DEFAULT_AFTER_MONTHS,
            behind > 1,
            (behind == 1) & in_grace,
            behind == 1,
            payments >= fate.paid_off,
        ],
        [ISSUED, CHARGED_OFF, DEFAULT, LATE_31, GRACE, LATE_16, PAID],
        CURRENT,
    )


def _recoveries(rng: np.random.Generator, owed: Floats, *, is_lost: Bools) -> Floats:
    """Recover a part of most charged-off loans; about a tenth of what they owed."""
    has_any = is_lost & (rng.random(len(owed)) < _RECOVERED)
    return np.where(has_any, np.round(owed * rng.beta(1.5, 10, len(owed)), 2), 0.0)


def _late_fees(rng: np.random.Generator, *, is_lost: Bools) -> Floats:
    share = np.where(is_lost, _LATE_FEES_OF_BAD, _LATE_FEES_OF_GOOD)
    has_any = rng.random(len(share)) < share
    return np.where(has_any, np.round(_LATE_FEE * (1 + rng.exponential(0.5, len(share))), 2), 0.0)

"""What counts as default, and when it is known: the policies that turn a loan into 1, 0 or unknown.

Each is defined here for one loan. ``spark.outcomes`` follows these definitions over tables, and a
test holds the two together.
"""

from dataclasses import dataclass

# 120 days past due: the month in which a loan that stopped paying is charged off.
DEFAULT_AFTER_MONTHS = 4
# The longest term of a loan.
LONGEST_MONTHS = 60

DEFAULT_STATUSES: tuple[str, ...] = (
    "Charged Off",
    "Default",
    "Does not meet the credit policy. Status:Charged Off",
)
PAID_STATUSES: tuple[str, ...] = (
    "Fully Paid",
    "Does not meet the credit policy. Status:Fully Paid",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What the lender's books say of a loan on the day of their snapshot.

    Parameters
    ----------
    status
        The loan's status.
    issued, last_paid, snapshot
        Months since January 1970; ``last_paid`` is ``None`` where no payment was made.
    term
        Months over which it was to be paid; ``None`` where unknown.
    """

    status: str
    issued: int
    last_paid: int | None
    snapshot: int
    term: int | None = None

    @property
    def months_observed(self) -> int:
        """Months on book at the snapshot."""
        return self.snapshot - self.issued


@dataclass(frozen=True, slots=True)
class Resolved:
    """How the loan ended, if it has ended: what most published figures are about.

    Among young vintages the loans that have ended are those that ended early, by default or by
    prepayment. So this is biased for them, whatever is done about it later.
    """

    @property
    def name(self) -> str:
        """Name of the outcome's column in a table."""
        return "default_flag"

    @property
    def about(self) -> str:
        """The policy in words."""
        return "charged off or in default against fully paid; unknown until the loan has ended"

    def outcome(self, books: Books) -> int | None:
        """Return 1 for default, 0 for fully paid, ``None`` for a loan that goes on."""
        if books.status in DEFAULT_STATUSES:
            return 1
        return 0 if books.status in PAID_STATUSES else None


@dataclass(frozen=True, slots=True)
class Matured:
    """How the loan ended, told only of loans whose term had ended by the snapshot."""

    @property
    def name(self) -> str:
        """Name of the outcome's column in a table."""
        return "default_matured"

    @property
    def about(self) -> str:
        """The policy in words."""
        return "as resolved, but unknown until the loan's term has ended, however it ended"

    def outcome(self, books: Books) -> int | None:
        """Return 1, 0 or ``None`` as ``Resolved`` does; ``None`` before the end of the term."""
        if books.term is None or books.months_observed < books.term:
            return None
        return Resolved().outcome(books)


@dataclass(frozen=True, slots=True)
class Window:
    """Default within a fixed number of months on book, for loans observed that long.

    Parameters
    ----------
    months
        Length of the window, counted from the month of issue.
    """

    months: int

    @property
    def name(self) -> str:
        """Name of the outcome's column in a table."""
        return f"default_{self.months}m"

    @property
    def about(self) -> str:
        """The policy in words."""
        return f"default within {self.months} months of issue; unknown until they have passed"

    def outcome(self, books: Books) -> int | None:
        """Return whether the loan defaulted in time.

        ``None``: not yet observed for the whole window, whatever has happened, since a young
        vintage shows its defaults before its survivors.
        """
        if books.months_observed < self.months:
            return None
        paid_until = books.issued if books.last_paid is None else books.last_paid
        defaulted = paid_until + DEFAULT_AFTER_MONTHS - books.issued
        return int(books.status in DEFAULT_STATUSES and defaulted <= self.months)


Outcome = Resolved | Matured | Window
DEFAULT_FLAG = Resolved()


def horizon_months(outcome: Outcome) -> int:
    """Return by which month on book an outcome is known: that of its window, or a term's last."""
    return outcome.months if isinstance(outcome, Window) else LONGEST_MONTHS

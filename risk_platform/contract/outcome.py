"""What counts as default, and when it is known."""

from dataclasses import dataclass

# 120 days past due: the month in which a loan that stopped paying is charged off.
DEFAULT_AFTER_MONTHS = 4

DEFAULT_STATUSES: tuple[str, ...] = (
    "Charged Off",
    "Default",
    "Does not meet the credit policy. Status:Charged Off",
)


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

    def outcome(
        self, *, status: str, issued: int, last_paid: int | None, snapshot: int
    ) -> int | None:
        """Say whether one loan defaulted in time; the definition that ``spark.split`` follows.

        Parameters
        ----------
        status
            The loan's status at the snapshot.
        issued, last_paid, snapshot
            Months since January 1970; ``last_paid`` is ``None`` where no payment was made.

        Returns
        -------
        int or None
            1: default within the window. 0: observed through the window without one. ``None``:
            not yet observed for the whole window, whatever has happened, since a young vintage
            shows its defaults before its survivors.
        """
        if snapshot - issued < self.months:
            return None
        paid_until = issued if last_paid is None else last_paid
        defaulted = paid_until + DEFAULT_AFTER_MONTHS - issued
        return int(status in DEFAULT_STATUSES and defaulted <= self.months)

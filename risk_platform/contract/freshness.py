"""Freshness: whether the newest loans and the snapshot are as young as they should be."""

from dataclasses import dataclass
from datetime import date

from risk_platform.contract.vintages import month_name, months_since_1970

# LendingClub published a quarter's loans up to three months after its end: the file that ends with
# December 2018 is as of March 2019. Twice that says that a quarter is missing.
NEWEST_LOAN_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Freshness:
    """The newest loans of a table, and what they are as of.

    Parameters
    ----------
    newest_issue, snapshot
        The latest month of issue, and the latest snapshot.
    today
        When that is asked.
    oldest_months
        How old the snapshot may be; 0 for any age: the public files end in 2020.
    """

    newest_issue: date
    snapshot: date
    today: date
    oldest_months: int = 0

    @property
    def is_outdated(self) -> bool:
        """Whether the snapshot is older than it may be."""
        return 0 < self.oldest_months < _months(self.snapshot, self.today)

    @property
    def lacks_vintages(self) -> bool:
        """Whether the snapshot knows of vintages that are not here."""
        return _months(self.newest_issue, self.snapshot) > NEWEST_LOAN_MONTHS

    def sentences(self) -> list[str]:
        """Say what is amiss; nothing where all is well."""
        said = list[str]()
        snapshot = _name(self.snapshot)
        if self.is_outdated:
            said.append(
                f"The newest snapshot is of {snapshot}, {_months(self.snapshot, self.today)} months"
                f" ago; it may be {self.oldest_months} months old."
            )
        if self.lacks_vintages:
            said.append(
                f"The newest loans were issued in {_name(self.newest_issue)}, and the snapshot is"
                f" of {snapshot}: the vintages between were not delivered."
            )
        return said


def _months(earlier: date, later: date) -> int:
    return months_since_1970(later) - months_since_1970(earlier)


def _name(month: date) -> str:
    return month_name(months_since_1970(month))

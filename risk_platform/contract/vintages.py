"""Vintages: the quarters of issue that the loans are kept by."""

from datetime import date
from pathlib import Path

# LendingClub issued its first loan in June 2007; its last public file ends with September 2020.
FIRST_MONTH = (2007 - 1970) * 12 + 3
LAST_MONTH = (2020 - 1970) * 12 + 8
MONTHS_PER_QUARTER = 3
# Tables that are kept by vintage have a folder `issue_quarter=2016-01-01` for each.
ISSUE_QUARTER = "issue_quarter"


def month_name(month: int) -> str:
    """Return months since January 1970 as ``YYYY-MM``."""
    return f"{1970 + month // 12}-{month % 12 + 1:02d}"


def month_named(name: str) -> int:
    """Return months since January 1970 of a month ``YYYY-MM``.

    Raises
    ------
    ValueError
        It is none.
    """
    return months_since_1970(date.fromisoformat(f"{name}-01"))


def months_since_1970(day: date) -> int:
    """Return the month of a day, counted from January 1970."""
    return (day.year - 1970) * 12 + day.month - 1


def quarter_start(year: int, month: int) -> str:
    """Return the first day of a calendar month's quarter, ``YYYY-MM-DD``; January is month 1."""
    return f"{year}-{(month - 1) // MONTHS_PER_QUARTER * MONTHS_PER_QUARTER + 1:02d}-01"


def quarter_name(start: str) -> str:
    """Return how a quarter is called, ``2016-Q3``, by its first day."""
    return f"{start[:4]}-Q{(int(start[5:7]) - 1) // MONTHS_PER_QUARTER + 1}"


def quarter_starts() -> tuple[str, ...]:
    """Return every quarter of issue by its first day, ``YYYY-MM-DD``, in order."""
    return tuple(
        f"{month_name(month)}-01"
        for month in range(FIRST_MONTH, LAST_MONTH + 1, MONTHS_PER_QUARTER)
    )


def quarter_folders(folder: Path) -> dict[str, Path]:
    """Return the folders of a table's quarters of issue, by the quarter's first day."""
    return {path.name.partition("=")[2]: path for path in folder.glob(f"{ISSUE_QUARTER}=*")}

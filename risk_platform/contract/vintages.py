"""Vintages: the quarters of issue that the loans are kept by."""

# LendingClub issued its first loan in June 2007; its last public file ends with September 2020.
FIRST_MONTH = (2007 - 1970) * 12 + 3
LAST_MONTH = (2020 - 1970) * 12 + 8
MONTHS_PER_QUARTER = 3


def month_name(month: int) -> str:
    """Return months since January 1970 as ``YYYY-MM``."""
    return f"{1970 + month // 12}-{month % 12 + 1:02d}"


def quarter_starts() -> tuple[str, ...]:
    """Return every quarter of issue by its first day, ``YYYY-MM-DD``, in order."""
    return tuple(
        f"{month_name(month)}-01"
        for month in range(FIRST_MONTH, LAST_MONTH + 1, MONTHS_PER_QUARTER)
    )

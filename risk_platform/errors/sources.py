"""Errors of raw files: what cannot be read as LendingClub's loans."""

from collections.abc import Mapping
from pathlib import Path

from risk_platform.errors.base import RiskPlatformError


class SourceError(RiskPlatformError):
    """A raw source cannot be read as LendingClub loans."""


class MissingSourceError(SourceError):
    """There is no raw file where the source should be."""

    def __init__(self, source: str, passed_over: Mapping[str, str] | None = None) -> None:
        super().__init__(source, dict(passed_over or {}))

    def __str__(self) -> str:
        """Name the place, and what lies there and is none."""
        source, passed_over = self.args
        said = f"no raw file at {source!r}: give a CSV file, a folder of them, or a glob"
        there = "; ".join(f"{name}: {why}" for name, why in passed_over.items())
        return f"{said} (passed over: {there})" if there else said


class EmptySourceError(SourceError):
    """A raw file holds nothing, or no loan."""

    def __init__(self, file: str, reasons: Mapping[str, int] | None = None) -> None:
        super().__init__(file, dict(reasons or {}))

    def __str__(self) -> str:
        """Name the file, and why its records are no loans."""
        file, reasons = self.args
        if not reasons:
            return f"{file} is empty"
        told = ", ".join(f"{why} ({count:,})" for why, count in reasons.items())
        return f"{file} holds no loan: {told}"


class NotLendingClubError(SourceError):
    """A raw file does not hold LendingClub's loans."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(file, why)

    def __str__(self) -> str:
        """Name the file and say why."""
        file, why = self.args
        return f"{file} is no file of LendingClub's loans: {why}"


class UnreadableSourceError(SourceError):
    """A raw file is damaged."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(file, why)

    def __str__(self) -> str:
        """Name the file and say why."""
        file, why = self.args
        return f"{file} cannot be read: {why}"


class LongRecordError(SourceError):
    """A record of a raw file is longer than what is read at a time: mostly for an open quote."""

    def __init__(self, file: str, before: int, most_bytes: int) -> None:
        super().__init__(file, before, most_bytes)

    def __str__(self) -> str:
        """Say after which record it stands."""
        file, before, most_bytes = self.args
        return (
            f"{file} has a record longer than {most_bytes / 2**20:g} MB after its record "
            f"{before:,}: look for a quote that is never closed"
        )


class ChangedSourceError(SourceError):
    """An archive is not the same after it was read."""

    def __str__(self) -> str:
        """Name the file."""
        return f"{self.args[0]} was changed while it was read: run again when it is complete"


class OpenQuoteError(SourceError):
    """A quote of a raw file is never closed, and swallows what follows."""

    def __init__(self, file: str, record: int, lines: int) -> None:
        super().__init__(file, record, lines)

    def __str__(self) -> str:
        """Name the record."""
        file, record, lines = self.args
        return f"{file} has an open quote: its record {record} goes on for {lines:,} lines"


class OutcomesError(RiskPlatformError):
    """A file of outcomes is none."""

    def __init__(self, file: Path, columns: str, why: str) -> None:
        super().__init__(file, columns, why)

    def __str__(self) -> str:
        """Name the file and what is wrong with it, and say what it should hold."""
        file, columns, why = self.args
        return (
            f"RISK_OUTCOMES: {file} cannot be read as outcomes of decisions ({why}). Let it be a "
            f"CSV file with the columns {columns}: an id, for how many whole months the loan was "
            "seen, and in which it defaulted, from 1 on, or nothing"
        )

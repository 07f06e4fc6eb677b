"""Errors of published tables and documents: missing, damaged, or written by two at a time."""

from risk_platform.errors.base import RiskPlatformError

_NAMED = 3


class TableError(RiskPlatformError):
    """A table cannot be read or published as it should."""


class MissingTableError(RiskPlatformError):
    """A table or document was read that nobody has materialised."""

    def __str__(self) -> str:
        """Name the table and say what to do."""
        return f"{self.args[0]} does not exist yet: materialise that asset first"


class MissingVersionError(TableError):
    """A version of a table was asked for by a name that none of those bears which stay."""

    def __init__(self, table: str, version: str, kept: tuple[str, ...]) -> None:
        super().__init__(table, version, kept)

    def __str__(self) -> str:
        """Name those that can be read."""
        table, version, kept = self.args
        return f"{table} keeps no version {version!r}; it keeps: {', '.join(kept)}"


class DamagedTableError(TableError):
    """A file of a published table is not the one that its manifest describes."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(file, why)

    def __str__(self) -> str:
        """Name the file and say what to do."""
        file, why = self.args
        return f"{file} {why}: materialise the asset again, or read an earlier version"


class UnverifiedVersionError(TableError):
    """What a writer has written is not one whole table, and is not published."""

    def __init__(self, version: str, why: str) -> None:
        super().__init__(version, why)

    def __str__(self) -> str:
        """Say what is wrong."""
        version, why = self.args
        return f"version {version} is not published: {why}"


class StaleWriterError(TableError):
    """Another writer of the table began later, and its version is the one that counts."""

    def __init__(self, version: str, other: str) -> None:
        super().__init__(version, other)

    def __str__(self) -> str:
        """Name the version and the process that overtook it."""
        version, other = self.args
        return f"version {version} is not published: {other} began to write after it"


class UnsafeStoreError(TableError):
    """A disk lets one writer replace what another has published."""

    def __str__(self) -> str:
        """Name the place and say what to do."""
        return (
            f"{self.args[0]} does not refuse to create a file that exists: keep them on a local "
            "disk, or on S3, GCS or Azure"
        )


class UnreachableStoreError(TableError):
    """The remote disk that tables are to be on does not answer, or not us."""

    def __init__(self, root: str, why: str) -> None:
        super().__init__(root, why)

    def __str__(self) -> str:
        """Name the place and the cause."""
        root, why = self.args
        return f"{root} cannot be reached: {why}"


class RefusedTableError(TableError):
    """A table, or some quarters of it, broke a blocking check when it was judged last."""

    def __init__(self, table: str, check: str, quarters: tuple[str, ...] = ()) -> None:
        super().__init__(table, check, quarters)

    def __str__(self) -> str:
        """Name the check and say what to do."""
        table, check, quarters = self.args
        return (
            f"{table} is not read, as {check} did not hold when it was judged last"
            f"{_of(quarters)}: make it anew, or run its checks again"
        )


class UnjudgedTableError(TableError):
    """A table, or some quarters of it, was not judged since it was made."""

    def __init__(self, table: str, check: str, quarters: tuple[str, ...] = ()) -> None:
        super().__init__(table, check, quarters)

    def __str__(self) -> str:
        """Name the check and say what to do."""
        table, check, quarters = self.args
        return (
            f"{table} is not read, as {check} did not judge it since it was made"
            f"{_of(quarters)}: run its checks, or make it anew"
        )


def _of(quarters: tuple[str, ...]) -> str:
    """Name a few quarters by their first days; nothing where it is the whole table."""
    more = f" and {len(quarters) - _NAMED} more" if len(quarters) > _NAMED else ""
    return f" ({', '.join(quarters[:_NAMED])}{more})" if quarters else ""

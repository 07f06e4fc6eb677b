"""Errors of scored portfolios: a folder of another model's scores, and loans that got lost."""

from risk_platform.errors.base import RiskPlatformError


class PortfolioError(RiskPlatformError):
    """A portfolio cannot be scored into a folder."""


class OtherModelError(PortfolioError):
    """A folder holds scores of another model."""

    def __init__(self, folder: object, theirs: int, ours: int) -> None:
        super().__init__(folder, theirs, ours)

    def __str__(self) -> str:
        """Name both versions."""
        folder, theirs, ours = self.args
        return (
            f"{folder} holds scores of version {theirs}, and version {ours} is to score: name "
            f"another folder, or go on with --version {theirs}"
        )


class BusyPortfolioError(PortfolioError):
    """Another command scores into the same folder."""

    def __str__(self) -> str:
        """Name the folder."""
        return f"another command scores into {self.args[0]}: wait for it"


class LostLoansError(PortfolioError):
    """Not every record of a file was scored or set aside."""

    def __init__(self, file: str, records: int, accounted: int) -> None:
        super().__init__(file, records, accounted)

    def __str__(self) -> str:
        """Show the counts."""
        file, records, accounted = self.args
        return (
            f"{file} holds {records:,} records, and {accounted:,} were scored, set aside or are no "
            "loans: nothing of it is kept"
        )

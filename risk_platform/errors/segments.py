"""Errors of segments: borrowers who cannot be told apart."""

from risk_platform.errors.base import RiskPlatformError


class NoSegmentsError(RiskPlatformError):
    """No number of segments leaves each of them enough borrowers."""

    def __init__(self, method: str, loans: int, tried: str, smallest: float) -> None:
        super().__init__(method, loans, tried, smallest)

    def __str__(self) -> str:
        """Say what was tried on how many."""
        method, loans, tried, smallest = self.args
        return (
            f"{method} finds no {tried} segments of at least {smallest:.0%} among {loans:,} loans:"
            " they are too few or too much alike"
        )

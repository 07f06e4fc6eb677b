"""Errors of protocols: what the data at hand cannot teach or judge."""

from risk_platform.errors.base import RiskPlatformError


class ProtocolError(RiskPlatformError):
    """A protocol cannot be followed."""


class UnknownProtocolError(ProtocolError):
    """A protocol was asked for that does not exist."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name, known)

    def __str__(self) -> str:
        """Name the protocol and those that exist."""
        name, known = self.args
        return f"there is no protocol {name!r}; there are: {', '.join(known)}"


class EmptySplitError(ProtocolError):
    """The data at hand leave a split of the protocol empty."""

    def __init__(self, protocol: str, months: int) -> None:
        super().__init__(protocol, months)

    def __str__(self) -> str:
        """Say what the protocol would need."""
        protocol, months = self.args
        return (
            f"protocol {protocol} needs loans with a known outcome from at least 3 issue months, "
            f"and these data hold {months}"
        )


class OneSidedSplitError(ProtocolError):
    """A split holds no default, or nothing else: it can teach and judge nothing."""

    def __init__(self, split: str, loans: int, defaults: int) -> None:
        super().__init__(split, loans, defaults)

    def __str__(self) -> str:
        """Count its loans."""
        split, loans, defaults = self.args
        return f"of the {loans:,} loans of the {split} split {defaults:,} defaulted: use more loans"


class WinsorizeError(RiskPlatformError):
    """Features cannot be winsorised as was asked."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(what, why)

    def __str__(self) -> str:
        """Name what was asked, and say what is wrong with it."""
        what, why = self.args
        return f"winsorize: {what}: {why}"

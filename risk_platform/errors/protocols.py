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


class SplitDatesError(ProtocolError):
    """Other split dates were given than the protocol can have."""

    def __init__(self, dates: str, why: str) -> None:
        super().__init__(dates, why)

    def __str__(self) -> str:
        """Repeat the dates and say what is wrong with them."""
        dates, why = self.args
        return f"split dates {dates!r}: {why}"


class EmptySplitError(ProtocolError):
    """The data at hand leave a split empty, or with loans of one outcome only."""

    def __str__(self) -> str:
        """Say what there is."""
        return str(self.args[0])


class UnworkableProtocolError(ProtocolError):
    """The data at hand cannot be divided as the protocol says."""

    def __init__(self, protocol: str, why: str, works: tuple[str, ...]) -> None:
        super().__init__(protocol, why, works)

    def __str__(self) -> str:
        """Say what is missing, and what would work."""
        protocol, why, works = self.args
        instead = f"with these loans {', '.join(works)} would work" if works else "add loans"
        return f"protocol {protocol} cannot be followed: these data hold {why}; {instead}"


class OneSidedSplitError(ProtocolError):
    """A split holds no default, or nothing else: it can teach and judge nothing."""

    def __init__(self, split: str, loans: int, defaults: int) -> None:
        super().__init__(split, loans, defaults)

    def __str__(self) -> str:
        """Count its loans."""
        split, loans, defaults = self.args
        return f"of the {loans:,} loans of the {split} split {defaults:,} defaulted: use more loans"


class OneClassError(ProtocolError):
    """Classes are to be weighted, and there is but one."""

    def __init__(self, loans: int, defaults: int) -> None:
        super().__init__(loans, defaults)

    def __str__(self) -> str:
        """Count the loans."""
        loans, defaults = self.args
        return f"classes cannot be weighted where of {loans:,} loans {defaults:,} defaulted"


class WinsorizeError(RiskPlatformError):
    """Features cannot be winsorised as was asked."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(what, why)

    def __str__(self) -> str:
        """Name what was asked, and say what is wrong with it."""
        what, why = self.args
        return f"winsorize: {what}: {why}"


class IncomparableProtocolsError(ProtocolError):
    """Figures of several protocols were to be compared."""

    def __str__(self) -> str:
        """Name the protocols."""
        return f"figures of different protocols do not compare: {'; '.join(self.args[0])}"

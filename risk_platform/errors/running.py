"""Errors of running the platform: what this machine lacks, or has taken."""

from risk_platform.errors.base import RiskPlatformError


class MissingJavaError(RiskPlatformError):
    """Spark has no Java to run on."""

    def __str__(self) -> str:
        """Say what to install."""
        return "there is no Java 17 or 21, and the packaged runtime does not start: install either"


class RunFailedError(RiskPlatformError):
    """A run did not come to its end."""

    def __init__(self, step: str, why: str) -> None:
        super().__init__(step, why)

    def __str__(self) -> str:
        """Name the step and its error."""
        step, why = self.args
        return f"{step} failed: {why}"


class ServiceNotReadyError(RiskPlatformError):
    """The scoring service did not start."""

    def __str__(self) -> str:
        """Say why."""
        return f"the scoring service did not start: {self.args[0]}"


class BusyHomeError(RiskPlatformError):
    """Another command does in the same home what only one can do at a time."""

    def __init__(self, home: object, task: str, which: str = "") -> None:
        super().__init__(home, task, which)

    def __str__(self) -> str:
        """Name the home and what is done there."""
        home, task, which = self.args
        name = f"another {task} ({which})" if which else f"another {task}"
        return f"{name} is at work in {home}: wait for it, or set RISK_HOME"


class UnwritableFolderError(RiskPlatformError):
    """Nothing can be written into a folder that was named."""

    def __init__(self, folder: object, why: str | None) -> None:
        super().__init__(folder, why)

    def __str__(self) -> str:
        """Name the folder."""
        folder, why = self.args
        return f"{folder} cannot be written into: {why}; name another folder, or disk"


class PortTakenError(RiskPlatformError):
    """A service cannot listen where it should."""

    def __init__(self, host: str, port: int, setting: str, why: str) -> None:
        super().__init__(host, port, setting, why)

    def __str__(self) -> str:
        """Name the port, what speaks against it, and the setting that changes it."""
        host, port, setting, why = self.args
        return (
            f"port {port} of {host} is {why}: end what listens there, or set {setting} to another"
        )

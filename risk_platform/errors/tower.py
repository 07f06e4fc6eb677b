"""Errors of the control tower: what it asks for and is not given."""

from collections.abc import Mapping, Sequence
from typing import Any

from risk_platform.errors.base import RiskPlatformError


class ServiceSilentError(RiskPlatformError):
    """The scoring service does not answer."""

    def __init__(self, address: str) -> None:
        super().__init__(address)

    def __str__(self) -> str:
        """Say where it should."""
        return f"the scoring service does not answer at {self.args[0]}: is `make up` running?"


class ServiceRefusedError(RiskPlatformError):
    """The scoring service answered by a problem."""

    def __init__(self, status: int, problem: Mapping[str, Any], wait_seconds: float = 0.0) -> None:
        super().__init__(status, dict(problem), wait_seconds)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.args[0]

    @property
    def kind(self) -> str:
        """The name of the problem, as docs/api.md lists them; empty where it has none."""
        return str(self.args[1].get("type", "")).rpartition(":")[2]

    @property
    def faults(self) -> Sequence[Mapping[str, str]]:
        """Where something is wrong: ``pointer`` and ``detail`` of each."""
        return self.args[1].get("errors", ())

    @property
    def wait_seconds(self) -> float:
        """After how many seconds it may be asked again; 0: it does not say."""
        return self.args[2]

    def __str__(self) -> str:
        """Repeat what the service said."""
        problem = self.args[1]
        title, detail = problem.get("title", "no reason given"), problem.get("detail", "")
        said = title if not detail or detail == title else f"{title}: {detail}"
        return f"the scoring service refused ({self.status}): {said}"


class NoLogError(RiskPlatformError):
    """There is no log of decisions yet."""

    def __str__(self) -> str:
        """Say what makes one."""
        return "nothing was decided yet: `make up` starts the scoring service"

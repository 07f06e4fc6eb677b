"""Errors of drills: what keeps a platform from being put through a bad day."""

from risk_platform.errors.base import RiskPlatformError


class UnknownScenarioError(RiskPlatformError):
    """No drill has such a name."""

    def __str__(self) -> str:
        """Say how to see those that there are."""
        return f"no scenario is called {self.args[0]}: `risk-platform simulate --list` shows them"


class DrillsForbiddenError(RiskPlatformError):
    """A platform that is in production is not put through anything."""

    def __str__(self) -> str:
        """Say why."""
        return (
            "drills stop scoring and write decisions about nobody into the log: there are none "
            "where RISK_PRODUCTION is on"
        )


class NoOrdinaryApplicationsError(RiskPlatformError):
    """There are no loans to draw ordinary applications from."""

    def __str__(self) -> str:
        """Say where they were sought."""
        return (
            f"{self.args[0]} holds no loans that a model was trained on, of which ordinary "
            "applications are drawn: run `make demo`, or let RISK_TABLES name the platform's tables"
        )


class ServiceAwayError(RiskPlatformError):
    """The scoring service cannot be asked."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(url, why)

    def __str__(self) -> str:
        """Say what to start."""
        url, why = self.args
        return f"{url} does not answer as a scoring service ({why}): start `risk-platform up`"


class StoppedBeforeDrillError(RiskPlatformError):
    """Scoring is stopped: nothing could be stopped any more."""

    def __str__(self) -> str:
        """Say why, and what to do."""
        return (
            f"scoring is stopped already ({self.args[0]}): `risk-platform gate status` says what "
            "lets it run again"
        )


class KeysNotKnownError(RiskPlatformError):
    """The service does not know the keys that were made for a drill."""

    def __str__(self) -> str:
        """Say what to look at."""
        return (
            f"{self.args[0]} does not know keys that were made in RISK_DATABASE: see that both "
            "have the same database"
        )


class NobodyResumedError(RiskPlatformError):
    """Scoring stays stopped after a drill."""

    def __str__(self) -> str:
        """Say what was waited for."""
        return f"scoring stays as the drill left it: {self.args[0]}"

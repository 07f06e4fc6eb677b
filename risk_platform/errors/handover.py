"""Errors between platform and service: a log that does not answer, a gate that is shut, keys."""

from risk_platform.errors.base import RiskPlatformError


class HandoverError(RiskPlatformError):
    """What passes between platform and service cannot pass."""


class LogUnavailableError(HandoverError):
    """The database of decisions does not answer, or takes nothing."""

    def __str__(self) -> str:
        """Say what it said."""
        return f"the database of decisions does not answer: {self.args[0]}"


class DeniedError(LogUnavailableError):
    """The database of decisions denies a role what is asked of it."""

    def __str__(self) -> str:
        """Say what to do."""
        return (
            f"the database of decisions denies it ({self.args[0]}): act under another role, or "
            "give this one the rights that `risk-platform log grants` prints"
        )


class KeysUnavailableError(HandoverError):
    """Which API keys are good is not known at present."""

    def __str__(self) -> str:
        """Say for how long."""
        return f"API keys could not be read for more than {self.args[0]:g} seconds"


class OverloadedError(HandoverError):
    """More decisions wait to be written than may."""

    def __str__(self) -> str:
        """Say how many wait."""
        return f"{self.args[0]} decisions wait to be written: no more are taken"


class UnknownDatabaseError(HandoverError):
    """An address is of no database that decisions are kept in."""

    def __str__(self) -> str:
        """Say which there are."""
        return (
            f"{self.args[0]!r} is no database for decisions: give sqlite:///… or "
            "postgresql+psycopg://…"
        )


class OlderDatabaseError(HandoverError):
    """The database lacks steps of this version, and the role may not make them."""

    def __init__(self, found: str | None, wanted: str | None) -> None:
        super().__init__(found, wanted)

    def __str__(self) -> str:
        """Say who is to do what."""
        found, wanted = self.args
        at = f"is at revision {found}" if found else "has no tables yet"
        return (
            f"the database of decisions {at}, this version wants revision {wanted}, and the role "
            "may not make it: let the owner of the tables run `risk-platform log migrate`"
        )


class NewerDatabaseError(HandoverError):
    """The database was made by a later version of this code."""

    def __str__(self) -> str:
        """Say what to do."""
        return (
            f"the database of decisions is at revision {self.args[0]}, which this version does "
            "not know: install the version that made it"
        )


class ServingStoppedError(HandoverError):
    """Scoring is stopped: nothing is written, and no answer leaves."""

    def __init__(self, epoch: int, since_us: int, reason: str) -> None:
        super().__init__(epoch, since_us, reason)

    @property
    def epoch(self) -> int:
        """Number of the stop."""
        return self.args[0]

    @property
    def since_us(self) -> int:
        """When it was stopped: microseconds since 1970, UTC."""
        return self.args[1]

    def __str__(self) -> str:
        """Name the stop, and why."""
        return f"scoring is stopped (epoch {self.args[0]}): {self.args[2]}"


class ResumeRefusedError(HandoverError):
    """Scoring, or a suspended key, is not let go on: the refusal is on record."""

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(rule, sentence)

    @property
    def rule(self) -> str:
        """Which rule speaks against it, in a word."""
        return self.args[0]

    def __str__(self) -> str:
        """Say what speaks against it, and what to do."""
        return f"not resumed: {self.args[1]}"


class UnwrittenWitnessError(HandoverError):
    """The gate's witness, a file outside the database, takes nothing."""

    def __str__(self) -> str:
        """Say what the disk said, and what to do."""
        return (
            f"scoring is not resumed, as the file beside the anchors cannot be written "
            f"({self.args[0]}): see that RISK_ANCHORS names a place that this process may write"
        )


class UnknownDecisionError(HandoverError):
    """The log holds no such decision."""

    def __str__(self) -> str:
        """Name it."""
        return f"there is no decision {self.args[0]}"


class RepeatedDecisionError(HandoverError):
    """A decision bears the id of another one."""

    def __str__(self) -> str:
        """Say what cannot be."""
        return "a decision bears the id of one that is in the log"


class BrokenChainError(HandoverError):
    """The log is not what was sealed."""

    def __init__(self, position: int, what: str) -> None:
        super().__init__(position, what)

    def __str__(self) -> str:
        """Say where, and what."""
        position, what = self.args
        return f"the log was changed at position {position}: {what}"


class LostAnchorError(HandoverError):
    """The chain lacks what was anchored, or is another one there: nothing more is sealed."""

    def __init__(self, position: int, anchored: int) -> None:
        super().__init__(position, anchored)

    def __str__(self) -> str:
        """Name both ends, and say what to do."""
        position, anchored = self.args
        stands = f"ends at position {position}" if position < anchored else "is another one"
        return (
            f"the log was anchored at position {anchored}, and its chain {stands}: nothing is "
            "sealed. If a backup was restored, accept what it lacks by `risk-platform log "
            "accept-restore`; if none was, the log was changed: see `risk-platform log verify`"
        )


class NothingLostError(HandoverError):
    """A restore is to be accepted, and the chain lacks nothing."""

    def __str__(self) -> str:
        """Say that there is nothing to do."""
        return "the chain holds all that was anchored: there is no restore to accept"


class NoAnchorsError(HandoverError):
    """Nothing outside the database vouches for the chain."""

    def __str__(self) -> str:
        """Say what that means, and what to do."""
        return (
            f"the {self.args[0]:,} sealed rows agree with their chain, and nothing outside the "
            "database vouches for that: who administers it can make a chain that agrees. Name the "
            "file of anchors by RISK_ANCHORS, or be content with the chain by --without-anchors"
        )


class UnknownKeyError(HandoverError):
    """There is no such API key."""

    def __str__(self) -> str:
        """Name it."""
        return f"there is no API key called {self.args[0]!r}, or it was revoked"


class TakenKeyNameError(HandoverError):
    """Another API key bears the name."""

    def __str__(self) -> str:
        """Name it."""
        return f"an API key called {self.args[0]!r} exists: rotate it, or choose another name"


class NoHoldError(HandoverError):
    """A decision is not held, so that nothing can be released."""

    def __str__(self) -> str:
        """Name it."""
        return f"no legal hold is on decision {self.args[0]}"

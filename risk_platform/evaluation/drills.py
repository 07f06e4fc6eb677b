"""Drills: what a platform made of a bad day, from what was sent, what was answered and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from risk_platform.handover.gating.events import ActorType, Trigger

# As good as all: where so many of the bad applications were refused, who sends them knows.
NEARLY_ALL = 0.9
# Of ordinary applications after a resume: a machine that is busy may refuse one now and then.
AS_BEFORE = 0.99
# What looks at applications by itself. People, and a lease that ends, stop whatever is sent.
_LOOKING = (Trigger.DRIFT, ActorType.BREAKER)


class Verdict(StrEnum):
    """How a platform fared."""

    DETECTED = "detected"
    REFUSED = "refused"
    PREVENTED = "prevented"
    MISSED = "not detected"
    QUIET = "no false alarm"
    FALSE_ALARM = "false alarm"
    SKIPPED = "skipped"


FAILURES = frozenset({Verdict.MISSED, Verdict.FALSE_ALARM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of applications.

    Parameters
    ----------
    sent
        How many there were.
    decided
        Answered by a decision.
    decisions
        By how many: the same request, asked again, is answered by the same one.
    refused
        By the contract, at the door (422).
    stopped
        As scoring, or the key, was stopped.
    failed
        Not answered, or otherwise.
    """

    sent: int = 0
    decided: int = 0
    decisions: int = 0
    refused: int = 0
    stopped: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """The stop that a drill saw.

    Parameters
    ----------
    seconds
        From the first bad application until a client or an operator could know.
    decisions
        Of the whole traffic, that were made in that time.
    of_key
        Whether one client alone was stopped.
    by, reason, rule
        Who stopped, why, and by which rule, as the gate tells.
    alert_seconds
        From then on until the service's metrics told of it; ``None``: they never did.
    """

    seconds: float
    decisions: int
    of_key: bool = False
    by: str = ""
    reason: str = ""
    rule: str = ""
    alert_seconds: float | None = None

    @property
    def is_of_applications(self) -> bool:
        """Whether it came of what was sent, and not of a person or a lease."""
        return self.rule.startswith(_LOOKING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What came after a stop, once scoring was let run again.

    Parameters
    ----------
    seconds
        From the resume to the first decision; ``None``: there was none.
    ordinary
        What became of the ordinary applications that followed.
    is_stopped_again
        Whether scoring was stopped once more meanwhile.
    """

    seconds: float | None
    ordinary: Counts
    is_stopped_again: bool = False

    @property
    def is_well(self) -> bool:
        """Whether ordinary applications are decided as before."""
        enough = AS_BEFORE * self.ordinary.sent
        return not self.is_stopped_again and self.ordinary.decided >= enough > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What a drill saw.

    Parameters
    ----------
    bad, ordinary
        What became of the scenario's applications, and of the ordinary ones before and beside them;
        bad ones that were decided have leaked.
    false_alarms
        Stops before anything bad was sent.
    first_refusal_seconds
        From the first bad application until one was refused at the door.
    stop, recovery
        The stop, and what came after it; ``None``: there was none.
    failures
        Why applications failed, bad and ordinary ones: how many by each type of problem.
    """

    bad: Counts
    ordinary: Counts
    false_alarms: int = 0
    first_refusal_seconds: float | None = None
    stop: Stop | None = None
    recovery: Recovery | None = None
    failures: Mapping[str, int] = field(default_factory=dict)


NOTHING_SEEN = Observed(bad=Counts(), ordinary=Counts())


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One scenario, and how the platform fared.

    Parameters
    ----------
    scenario, about
        What was done.
    verdict, sentence
        How it went, in a word and in a sentence.
    observed
        What was seen.
    seconds
        Time to detect: until the stop, the first refusal, or whatever else told of it; ``None``:
        nothing did.
    at
        When it was begun, ISO 8601, UTC.
    model_version
        The version that answered; 0: unknown.
    per_second, clients, seed
        How the traffic was sent.
    """

    scenario: str
    about: str
    verdict: Verdict
    sentence: str
    observed: Observed = NOTHING_SEEN
    seconds: float | None = None
    at: str = ""
    model_version: int = 0
    per_second: float = 0.0
    clients: int = 0
    seed: int = 0

    @property
    def leaked(self) -> int:
        """How many decisions were made of bad applications."""
        return self.observed.bad.decisions

    @property
    def is_failure(self) -> bool:
        """Whether the platform did not do what it is for."""
        recovery = self.observed.recovery
        return self.verdict in FAILURES or (recovery is not None and not recovery.is_well)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillLeague:
    """The newest drill of each scenario."""

    drills: tuple[Drill, ...]

    @property
    def failed(self) -> tuple[Drill, ...]:
        """Those in which the platform did not do what it is for."""
        return tuple(drill for drill in self.drills if drill.is_failure)


def judge_control(observed: Observed) -> tuple[Verdict, str]:
    """Judge ordinary traffic: any stop of it is a false alarm."""
    decided = observed.ordinary.decided
    if observed.false_alarms:
        return Verdict.FALSE_ALARM, f"stopped after {decided:,} ordinary decisions"
    return Verdict.QUIET, f"{decided:,} ordinary decisions, and no stop"


def judge_traffic(
    observed: Observed, *, keyed: bool = False, of_one: bool = False
) -> tuple[Verdict, str]:
    """Judge bad traffic.

    A stop is what counts first, if it came of what was sent. Without one, it is enough that the
    contract refused nearly all at the door, as whoever sends it is told with every answer; what
    leaked is counted all the same.

    Parameters
    ----------
    observed
        What was seen.
    keyed
        Whether all of it was one request, which is to be decided once.
    of_one
        Whether one client among others sent it, who alone is to be stopped.
    """
    bad, stop = observed.bad, observed.stop
    if observed.false_alarms:
        return Verdict.FALSE_ALARM, "stopped before anything bad was sent"
    if stop is not None:
        return _judge_stop(stop, observed, of_one=of_one)
    if keyed and bad.decided and bad.decisions == 1:
        return Verdict.PREVENTED, f"{bad.decided:,} answers by one decision"
    if bad.refused >= NEARLY_ALL * bad.sent > 0:
        share = bad.refused / bad.sent
        return Verdict.REFUSED, f"{share:.1%} refused at the door, {bad.decided:,} leaked"
    return (
        Verdict.MISSED,
        f"{bad.decided:,} bad decisions, {bad.refused:,} refusals and no stop",
    )


def judge_lease(observed: Observed) -> tuple[Verdict, str]:
    """Judge a lease that nothing renews: what is bad is whatever is sent after its end."""
    stop, leaked = observed.stop, observed.bad.decided
    after = f"{leaked:,} decisions after the lease's end"
    if stop is None:
        return Verdict.MISSED, f"{after}, and no stop"
    if stop.rule != Trigger.LEASE:
        return Verdict.MISSED, f"stopped by {stop.by} ({stop.rule}), not by the lease's end"
    return Verdict.DETECTED, f"stopped after {stop.seconds:.1f} s, {after}"


def _judge_stop(stop: Stop, observed: Observed, *, of_one: bool) -> tuple[Verdict, str]:
    whom = "the client" if stop.of_key else "scoring"
    said = f"{whom} was stopped ({stop.rule}) after {stop.seconds:.1f} s"
    if not stop.is_of_applications:
        return Verdict.MISSED, f"{said}, and not for what was sent"
    if of_one and not stop.of_key:
        return Verdict.FALSE_ALARM, f"{said}, all of it for one client"
    others = observed.ordinary.stopped + observed.ordinary.refused
    if of_one and others:
        return Verdict.FALSE_ALARM, f"{said}, and {others:,} applications of others were refused"
    return Verdict.DETECTED, f"{said}, {observed.bad.decided:,} bad decisions leaked"


def time_to_detect(observed: Observed, verdict: Verdict) -> float | None:
    """Return after how many seconds a bad day was known as such; ``None``: it was not."""
    if observed.stop is not None:
        return observed.stop.seconds if verdict is Verdict.DETECTED else None
    return observed.first_refusal_seconds if verdict is Verdict.REFUSED else None

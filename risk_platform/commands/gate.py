"""The gate by hand: how it stands, stopping, and what two people do to let scoring run again."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from rich.console import Console
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    retry_if_not_exception_type,
    stop_after_delay,
    wait_fixed,
)

from risk_platform.commands.store import store_of
from risk_platform.errors.handover import DeniedError, LogUnavailableError, UnknownKeyError
from risk_platform.handover.access.keys import Keys
from risk_platform.handover.clock import from_us
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.advice import advice
from risk_platform.handover.gating.events import BY_HAND, Cause
from risk_platform.handover.gating.four_eyes import ResumeRequest
from risk_platform.handover.gating.state import GateState
from risk_platform.handover.store import open_for_gate
from risk_platform.settings import Settings

_INSIST_SECONDS, _PAUSE_SECONDS = 30.0, 0.2
# As shells have it for what SIGINT ended.
_INTERRUPTED = 130


class Plea(NamedTuple):
    """Who asks that scoring run again, why, and by what evidence."""

    by: str
    reason: str
    cause: Cause = BY_HAND


def status(settings: Settings, console: Console) -> int:
    """Show how the gate stands, and return the exit code: 1 where scoring is stopped."""
    with closing(open_for_gate(settings.database_url)) as database:
        gate = Gate.of(settings, database)
        state, requests, cause = gate.state(), gate.resumes.open(), gate.cause(gate.state().epoch)
        evidence = gate.resumes.evidence()
    _tell(state, console)
    if state.is_running:
        _say(f"the lease lasts for another {state.lease_seconds:,.0f} s", console)
    elif cause:
        _tell_cause(cause, console)
    for key_id in sorted(state.suspended):
        _say(f"nothing is decided for the key {key_id}", console)
    for request in requests:
        _tell_request(request, console)
    if to_do := advice(state, gate.rules, requests, evidence):
        _say(to_do, console)
    return 0 if state.is_running else 1


def warn_if_stopped(settings: Settings, console: Console) -> None:
    """Say who stopped scoring, when, why, and what to do, where it is stopped."""
    try:
        with closing(open_for_gate(settings.database_url)) as database:
            gate = Gate.of(settings, database)
            state, requests = gate.look(), gate.resumes.open()
            evidence = gate.resumes.evidence()
    except LogUnavailableError as error:
        _say(str(error), console)
        return
    if not state.is_running:
        _tell(state, console)
        _say(advice(state, gate.rules, requests, evidence), console)


def pause(
    settings: Settings, by: str, reason: str, console: Console, incident: str | None = None
) -> int:
    """Stop scoring, and return the exit code.

    A database that is locked, or away, is asked again for half a minute, and each time this is
    said: a stop must not fail because somebody else is at work.
    """

    def stop() -> GateState:
        with closing(open_for_gate(settings.database_url)) as database:
            cause = Cause(incident=incident)
            return Gate.of(settings, database).pause(by, reason, cause=cause)

    try:
        _tell(_insisting(console)(stop), console)
    except KeyboardInterrupt:
        # The stop may have been on its way.
        _say("interrupted: `risk-platform gate status` says whether scoring is stopped", console)
        return _INTERRUPTED
    return 0


def request(settings: Settings, plea: Plea, epoch: int, console: Console) -> int:
    """Ask that scoring run again, and return the exit code."""
    with _gate_of(settings) as gate:
        asked = gate.resumes.request(plea.by, plea.reason, epoch, cause=plea.cause)
        _tell_request(asked, console)
    return 0


def approve(settings: Settings, request_id: str, by: str, epoch: int, console: Console) -> int:
    """Let go on what somebody else asked for, and return the exit code."""
    with _gate_of(settings) as gate:
        _tell(gate.resumes.approve(request_id, by, epoch), console)
    return 0


def resume(settings: Settings, plea: Plea, console: Console) -> int:
    """Let scoring run again, or say who else it takes, and return the exit code."""
    with _gate_of(settings) as gate:
        state = gate.look()
        if gate.rules.resumes_alone:
            by, reason, cause = plea
            _tell(gate.resumes.alone(by, reason, state.epoch, cause=cause), console)
            return 0
        _tell(state, console)
        if not state.is_running:
            told = (gate.resumes.open(), gate.resumes.evidence())
            _say(advice(state, gate.rules, *told), console)
        return 0 if state.is_running else 1


def suspend(settings: Settings, name: str, by: str, reason: str, console: Console) -> int:
    """Decide nothing for a key any more, and return the exit code."""
    with store_of(settings) as database:
        key_id = _key_id(database, name)
        Gate.of(settings, database).suspend(key_id, by, reason)
    _say(f"nothing is decided for the key {key_id} any more; others are served on", console)
    return 0


def reinstate(settings: Settings, name: str, by: str, reason: str, console: Console) -> int:
    """Have a suspended key served again, or ask for that, and return the exit code."""
    with store_of(settings) as database:
        gate, key_id = Gate.of(settings, database), _key_id(database, name)
        epoch = gate.look().epoch
        if gate.rules.resumes_alone:
            gate.resumes.alone(by, reason, epoch, key_id=key_id)
            _say(f"the key {key_id} is served again", console)
        else:
            _tell_request(gate.resumes.request(by, reason, epoch, key_id=key_id), console)
    return 0


@contextmanager
def _gate_of(settings: Settings) -> Iterator[Gate]:
    with store_of(settings) as database:
        yield Gate.of(settings, database)


def _key_id(database: Database, name: str) -> str:
    """Return the id of a key that is named, or given by that."""
    for record in Keys(database).all():
        if name in {record.key.name, record.key.id}:
            return record.key.id
    raise UnknownKeyError(name)


def _insisting(console: Console) -> Callable[[Callable[[], GateState]], GateState]:
    def say(attempt: RetryCallState) -> None:
        why = attempt.outcome.exception() if attempt.outcome else None
        left = _INSIST_SECONDS - (attempt.seconds_since_start or 0)
        _say(f"not stopped yet, trying for another {left:.0f} s (Ctrl-C ends it): {why}", console)

    return Retrying(
        retry=retry_if_exception_type(LogUnavailableError)
        & retry_if_not_exception_type(DeniedError),
        stop=stop_after_delay(_INSIST_SECONDS),
        wait=wait_fixed(_PAUSE_SECONDS),
        before_sleep=say,
        reraise=True,
    )


def _tell(state: GateState, console: Console) -> None:
    said = f"scoring is {state.effective.value} (epoch {state.epoch}): {state.reason}"
    if state.by:
        said = f"{said}, by {state.by} at {_at(state.at_us)}"
    _say(said, console)
    if state.effective is not state.state:
        _say("its lease has ended, or the database is an older one", console)


def _tell_cause(cause: Cause, console: Console) -> None:
    parts = [f"it was a {cause.actor_type.value}, by the rule: {cause.trigger}"]
    if cause.decisions is not None:
        parts.append(f"{cause.decisions:,} decisions")
    if cause.window_us:
        parts.append(f"from {_at(cause.window_us[0])} to {_at(cause.window_us[1])}")
    named = {"evidence": cause.evidence, "model": cause.model_digest, "incident": cause.incident}
    parts += [f"{name} {value}" for name, value in named.items() if value is not None]
    _say("; ".join(parts), console)


def _tell_request(asked: ResumeRequest, console: Console) -> None:
    what = f"the key {asked.key_id} be served" if asked.key_id else "scoring run"
    said = f"{asked.by} asks that {what} again: {asked.reason}"
    _say(said, console)
    _say(
        f"somebody else approves it until {_at(asked.until_us)}: "
        f"risk-platform gate approve {asked.id} --epoch {asked.epoch}",
        console,
    )


def _at(at_us: int) -> str:
    return f"{from_us(at_us):%Y-%m-%d %H:%M:%S} UTC"


def _say(said: str, console: Console) -> None:
    console.print(said, markup=False, soft_wrap=True)

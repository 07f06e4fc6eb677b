"""The gate by hand: how it stands, stopping and letting run, with a name and a reason."""

from contextlib import closing

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
from risk_platform.errors.handover import DeniedError, LogUnavailableError
from risk_platform.handover.clock import from_us
from risk_platform.handover.gate import Gate, GateState
from risk_platform.handover.store import open_for_gate
from risk_platform.settings import Settings

_INSIST_SECONDS, _PAUSE_SECONDS = 30.0, 0.2
# As shells have it for what SIGINT ended.
_INTERRUPTED = 130


def status(settings: Settings, console: Console) -> int:
    """Show how the gate stands, and return the exit code: 1 where scoring is stopped."""
    with closing(open_for_gate(settings.database_url)) as database:
        state = Gate(database).state()
    _tell(state, console)
    return 0 if state.is_running else 1


def pause(settings: Settings, by: str, reason: str, console: Console) -> int:
    """Stop scoring, and return the exit code.

    A database that is locked, or away, is asked again for half a minute, and each time this is
    said: a stop must not fail because somebody else is at work.
    """
    try:
        _tell(_insisting(console)(_stop, settings, by, reason), console)
    except KeyboardInterrupt:
        # The stop may have been on its way.
        said = "interrupted: `risk-platform gate status` says whether scoring is stopped"
        console.print(said, markup=False, soft_wrap=True)
        return _INTERRUPTED
    return 0


def resume(settings: Settings, by: str, reason: str, console: Console) -> int:
    """Let scoring run again, and return the exit code."""
    with store_of(settings) as database:
        gate = Gate.of(settings, database)
        _tell(gate.resumes.alone(by, reason, gate.look().epoch), console)
    return 0


def _insisting(console: Console) -> Retrying:
    def say(attempt: RetryCallState) -> None:
        why = attempt.outcome.exception() if attempt.outcome else None
        left = _INSIST_SECONDS - (attempt.seconds_since_start or 0)
        said = f"not stopped yet, trying for another {left:.0f} s (Ctrl-C ends it): {why}"
        console.print(said, markup=False, soft_wrap=True)

    return Retrying(
        retry=retry_if_exception_type(LogUnavailableError)
        & retry_if_not_exception_type(DeniedError),
        stop=stop_after_delay(_INSIST_SECONDS),
        wait=wait_fixed(_PAUSE_SECONDS),
        before_sleep=say,
        reraise=True,
    )


def _stop(settings: Settings, by: str, reason: str) -> GateState:
    with closing(open_for_gate(settings.database_url)) as database:
        return Gate(database).pause(by, reason)


def _tell(state: GateState, console: Console) -> None:
    said = f"scoring is {state.state.value} (epoch {state.epoch}): {state.reason}"
    if state.by:
        said = f"{said}, by {state.by} at {from_us(state.at_us):%Y-%m-%d %H:%M:%S} UTC"
    console.print(said, markup=False, soft_wrap=True)

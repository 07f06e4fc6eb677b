"""The gate by hand: how it stands, stopping and letting run, with a name and a reason."""

from rich.console import Console

from risk_platform.commands.store import store_of
from risk_platform.handover.clock import from_us
from risk_platform.handover.gate import Gate, GateState
from risk_platform.settings import Settings


def status(settings: Settings, console: Console) -> int:
    """Show how the gate stands, and return the exit code: 1 where scoring is stopped."""
    with store_of(settings) as database:
        state = Gate(database).state()
    _tell(state, console)
    return 0 if state.is_running else 1


def pause(settings: Settings, by: str, reason: str, console: Console) -> int:
    """Stop scoring, and return the exit code."""
    with store_of(settings) as database:
        _tell(Gate(database).pause(by, reason), console)
    return 0


def resume(settings: Settings, by: str, reason: str, console: Console) -> int:
    """Let scoring run again, and return the exit code."""
    with store_of(settings) as database:
        _tell(Gate(database).resume(by, reason), console)
    return 0


def _tell(state: GateState, console: Console) -> None:
    said = f"scoring is {state.state.value} (epoch {state.epoch}): {state.reason}"
    if state.by:
        said = f"{said}, by {state.by} at {from_us(state.at_us):%Y-%m-%d %H:%M:%S} UTC"
    console.print(said, markup=False, soft_wrap=True)

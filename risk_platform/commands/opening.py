"""Opening: what a person who starts the platform lets run, and what stays shut all the same."""

from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import ActorType
from risk_platform.handover.gating.state import GateState


def opened(gate: Gate, by: str, reason: str) -> GateState:
    """Let scoring begin where nobody has decided about it yet; a stop stays a stop.

    But one that came of itself, as nobody looked for drift while nothing was running: that whoever
    starts the platform lifts alone, where he may.

    Parameters
    ----------
    gate
        The gate.
    by, reason
        Who starts it, and what speaks for lifting such a stop.
    """
    state = gate.open_first(by)
    if not gate.rules.resumes_alone or not _has_lapsed(gate, state):
        return state
    return gate.resumes.alone(by, reason, state.epoch)


def _has_lapsed(gate: Gate, state: GateState) -> bool:
    cause = gate.cause(state.epoch)
    return not state.is_running and cause is not None and cause.actor_type is ActorType.LEASE

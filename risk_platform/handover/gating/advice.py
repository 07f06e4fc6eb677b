"""Advice: what to do about a gate that is shut, in the words of the command line."""

from collections.abc import Sequence

from risk_platform.handover.gating.four_eyes import SHORTEST_REASON, ResumeRequest
from risk_platform.handover.gating.rules import Rules
from risk_platform.handover.gating.state import GateState

_WHY = f'--reason "… at least {SHORTEST_REASON} characters …"'


def advice(
    state: GateState, rules: Rules, requests: Sequence[ResumeRequest], evidence: str | None
) -> str:
    """Say what lets scoring run; nothing where it does.

    Parameters
    ----------
    state, requests
        How the gate stands, and what was asked for.
    rules
        How many people it takes.
    evidence
        Digest of the verdict that a resume is to name, as ``Resumes.evidence`` returns it.
    """
    if state.is_running:
        return ""
    waiting = [one for one in requests if one.key_id is None]
    if waiting and not rules.resumes_alone:
        one = waiting[-1]
        return (
            f"{one.by} asked that it run again: {one.reason}. Somebody else approves that: "
            f"risk-platform gate approve {one.id} --epoch {one.epoch}"
        )
    if evidence == "":
        return (
            "drift stopped it, and nobody has looked since: once Dagster's daemon has, "
            "risk-platform gate status says how it is resumed"
        )
    why = f"{_WHY} --evidence {evidence}" if evidence else _WHY
    if rules.resumes_alone:
        return f"once it is explained: risk-platform gate resume {why}"
    return (
        f"once it is explained, one person asks: risk-platform gate request --epoch {state.epoch} "
        f"{why}; and another approves it"
    )

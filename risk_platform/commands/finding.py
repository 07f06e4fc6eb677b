"""Findings: what the doctor says of one thing."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a finding stands."""

    GOOD = "ok"
    WARNING = "warning"
    BAD = "amiss"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    what, verdict, seen
        The thing, how it stands, and what was seen.
    mend
        What to do about it; empty where nothing is amiss.
    """

    what: str
    verdict: Verdict
    seen: str
    mend: str = ""

"""The league: what one recipe reaches under each protocol, beside what others have published.

Every row stands for itself. Figures of two protocols are about other loans, other outcomes and
other columns; whoever sorts them by size learns which protocol is easiest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from risk_platform.contract.protocols import Protocol
from risk_platform.contract.splits import SplitPlan
from risk_platform.errors.protocols import IncomparableProtocolsError
from risk_platform.evaluation.report import ChampionReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the recipe reached under one protocol.

    Parameters
    ----------
    protocol, plan
        The rules, and how they divide the loans at hand.
    loans
        Of the test split.
    report
        The champion's figures.
    """

    protocol: Protocol
    plan: SplitPlan
    loans: int
    report: ChampionReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Unworkable:
    """A protocol that the loans at hand cannot follow, and why."""

    protocol: Protocol
    why: str


def best(entries: Sequence[Entry]) -> Entry:
    """Return the entry with the highest AUC on test.

    Raises
    ------
    IncomparableProtocolsError
        They are of more than one protocol, or of other split dates.
    """
    labels = tuple(dict.fromkeys(entry.report.protocol for entry in entries))
    if len(labels) != 1:
        raise IncomparableProtocolsError(labels)
    return max(entries, key=lambda entry: entry.report.auc.value)

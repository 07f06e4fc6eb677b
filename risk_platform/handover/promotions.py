"""Promotions: who let which version lead, when and why, and whether the registry agrees.

The record is a document of its own, apart from MLflow. Whoever moves an alias there by hand has not
written here, and is noticed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from pydantic import TypeAdapter

from risk_platform.errors.models import (
    ForeignChampionError,
    MissingReasonError,
    NoChampionError,
    NoEarlierChampionError,
    NotProposedError,
    OwnProposalError,
)
from risk_platform.errors.tables import MissingTableError
from risk_platform.handover.registry import CHALLENGER, CHAMPION, LoadedModel, Registry
from risk_platform.scoring.bundle import prove

DOCUMENT = "promotions"


class Way(StrEnum):
    """How a version came to lead."""

    AUTOMATIC = "automatic"
    APPROVED = "approved"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A version that passed the gate.

    Parameters
    ----------
    version, digest
        Of the registry.
    candidate, protocol
        The asset that it was fitted by, and the rules that it was judged by.
    by, run_id
        Who ran that, and in which run of Dagster.
    at
        When, in UTC.
    """

    version: int
    digest: str
    candidate: str
    protocol: str
    by: str
    run_id: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A version that came to lead.

    Parameters
    ----------
    version, digest
        Of the registry.
    by, reason, way
        Who let it lead, why and how.
    at
        When, in UTC.
    """

    version: int
    digest: str
    by: str
    reason: str
    way: Way
    at: str


@dataclass(frozen=True, slots=True)
class Record:
    """All that was proposed, and all that ever led: the newest last."""

    proposals: tuple[Proposal, ...] = ()
    promotions: tuple[Promotion, ...] = ()

    @property
    def champion(self) -> Promotion | None:
        """What leads; ``None`` before the first."""
        return self.promotions[-1] if self.promotions else None

    @property
    def challenger(self) -> Proposal | None:
        """What was proposed last; ``None`` before the first."""
        return self.proposals[-1] if self.proposals else None

    def led(self, version: int) -> Promotion | None:
        """Return when a version led last."""
        return next((one for one in reversed(self.promotions) if one.version == version), None)

    @property
    def before(self) -> Promotion | None:
        """What led before what leads."""
        now = self.champion
        others = (one for one in reversed(self.promotions) if now and one.version != now.version)
        return next(others, None)


class Documents(Protocol):
    """Where the record is kept."""

    def read(self, document: str) -> bytes:
        """Return a document; ``MissingTableError`` where there is none."""
        ...

    def amend(self, document: str, change: Callable[[bytes | None], bytes]) -> object:
        """Replace a document by what a change makes of it, and lose nothing that others write."""
        ...


_JSON = TypeAdapter(Record)


class Promotions:
    """Who leads, by the record and by the registry.

    Parameters
    ----------
    registry
        Holds the models and their aliases.
    documents
        Holds the record.

    Notes
    -----
    The record is written first and the alias moves after it. Whoever is killed in between leaves
    the two in disagreement, which ``disagreement`` tells, and doing the same again mends.
    """

    def __init__(self, registry: Registry, documents: Documents) -> None:
        self._registry, self._documents = registry, documents

    def record(self) -> Record:
        """Return what was proposed and promoted so far."""
        try:
            return _JSON.validate_json(self._documents.read(DOCUMENT))
        except MissingTableError:
            return Record()

    def propose(self, proposal: Proposal) -> None:
        """Make a version that passed the gate the challenger."""
        self._amend(lambda record: replace(record, proposals=(*record.proposals, proposal)))
        self._registry.promote(proposal.version, CHALLENGER)

    def promote(self, reason: str) -> Promotion:
        """Let the challenger lead without asking anybody."""
        challenger = self._challenger(None)
        return self._lead(challenger, challenger.by, reason, Way.AUTOMATIC)

    def approve(self, version: int, by: str, reason: str) -> Promotion:
        """Let the challenger lead, as somebody else than its proposer decides.

        Raises
        ------
        NotProposedError
            It is not the version that passed the gate last.
        OwnProposalError
            Who approves is who proposed it.
        MissingReasonError
            Name or reason is blank.
        BundleError, RegistryError
            It cannot be fetched, or does not score as when it was made.
        """
        _demand(by, reason)
        challenger = self._challenger(version)
        if _same(by, challenger.by):
            raise OwnProposalError(version, challenger.by)
        return self._lead(challenger, by, reason, Way.APPROVED)

    def roll_back(self, by: str, reason: str, version: int | None = None) -> Promotion:
        """Let a version lead again that led before; the one before the present one by default.

        That is for an emergency: one person may do it.

        Raises
        ------
        NoEarlierChampionError
            Nothing else led before, or that version never did.
        MissingReasonError, BundleError, RegistryError
            As ``approve``.
        """
        _demand(by, reason)
        record = self.record()
        earlier = record.before if version is None else record.led(version)
        if earlier is None:
            raise NoEarlierChampionError(self._registry.model_name, version)
        return self._lead(earlier, by, reason, Way.ROLLBACK)

    def champion(self) -> LoadedModel | None:
        """Fetch what leads by the record; ``None`` before the first.

        Raises
        ------
        BundleError, RegistryError
            It cannot be fetched.
        """
        leads = self.record().champion
        return self._registry.load(leads.version) if leads else None

    def disagreement(self) -> str:
        """Say where the registry's alias is not what the record says; empty where they agree."""
        leads = self.record().champion
        try:
            version, digest = self._registry.held(CHAMPION)
        except NoChampionError:
            return f"no version is {CHAMPION}, and {leads.version} should be" if leads else ""
        if leads is None:
            return f"version {version} is {CHAMPION}, and nobody has approved any"
        if (version, digest) == (leads.version, leads.digest):
            return ""
        if version == leads.version:
            return f"version {version} is {CHAMPION}, but not the bundle that {leads.by} let lead"
        return (
            f"version {version} is {CHAMPION}, and version {leads.version} should be:"
            f" {leads.by} let it lead on {leads.at} ({leads.way})"
        )

    def demand_agreement(self) -> None:
        """Refuse an alias that the record does not know.

        Raises
        ------
        ForeignChampionError
            They disagree.
        """
        if said := self.disagreement():
            raise ForeignChampionError(said)

    def _challenger(self, version: int | None) -> Proposal:
        challenger = self.record().challenger
        if challenger is None or version not in {None, challenger.version}:
            raise NotProposedError(version, challenger.version if challenger else None)
        return challenger

    def _lead(self, what: Proposal | Promotion, by: str, reason: str, way: Way) -> Promotion:
        """Fetch and prove a version, record that it leads, and move the alias."""
        loaded = self._registry.load(what.version)
        prove(loaded.bundle, what.version)
        if loaded.digest != what.digest:
            raise ForeignChampionError(f"version {what.version} is not what passed the gate")
        led = Promotion(
            version=what.version, digest=what.digest, by=by, reason=reason, way=way, at=now()
        )
        self._amend(lambda record: replace(record, promotions=(*record.promotions, led)))
        self._registry.promote(led.version, CHAMPION)
        return led

    def _amend(self, change: Callable[[Record], Record]) -> None:
        def changed(text: bytes | None) -> bytes:
            record = _JSON.validate_json(text) if text else Record()
            return _JSON.dump_json(change(record), indent=1)

        self._documents.amend(DOCUMENT, changed)


def now() -> str:
    """Return the time, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _demand(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise MissingReasonError


def _same(one: str, other: str) -> bool:
    """Whether two names are of one person, however they are written."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()

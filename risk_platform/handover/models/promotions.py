"""Promotions: who let which version lead, when and why, and whether the registry agrees.

The record is a document of its own, apart from MLflow. Whoever moves an alias there by hand has not
written here, and is noticed.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol, Self

from pydantic import TypeAdapter, ValidationError
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random

from risk_platform.errors.models import (
    ChangedRecordError,
    DamagedRecordError,
    ForeignChampionError,
    NoChampionError,
    NoEarlierChampionError,
    NotProposedError,
    OwnProposalError,
)
from risk_platform.errors.tables import MissingTableError, StaleWriterError
from risk_platform.handover.authorship import demand_author
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.handover.models.registry import CHALLENGER, CHAMPION, Registry
from risk_platform.scoring.bundle import prove
from risk_platform.scoring.bundle_files import bundle_digest
from risk_platform.settings import Settings
from risk_platform.store.documents import DocumentStore

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
    run_id
        The run of Dagster that let it lead by itself; empty where a person did.
    """

    version: int
    digest: str
    by: str
    reason: str
    way: Way
    at: str
    run_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that was proposed, and all that ever led: the newest last."""

    proposals: tuple[Proposal, ...]
    promotions: tuple[Promotion, ...]

    @property
    def champion(self) -> Promotion | None:
        """What leads; ``None`` before the first."""
        return self.promotions[-1] if self.promotions else None

    @property
    def challenger(self) -> Proposal | None:
        """What was proposed last; ``None`` before the first."""
        return self.proposals[-1] if self.proposals else None

    @property
    def before(self) -> Promotion | None:
        """What led before what leads, leaving out what was rolled back from."""
        trusted: list[Promotion] = []
        for one in self.promotions:
            if one.way is Way.ROLLBACK:
                versions = [earlier.version for earlier in trusted]
                del trusted[versions.index(one.version) if one.version in versions else 0 :]
            trusted.append(one)
        return trusted[-2] if len(trusted) > 1 else None

    def led(self, version: int) -> Promotion | None:
        """Return when a version led last."""
        return next((one for one in reversed(self.promotions) if one.version == version), None)

    def led_since(self, moment: str) -> tuple[Promotion, ...]:
        """Return what led at a moment or after it, the newest first, each version once.

        Parameters
        ----------
        moment
            As ``Promotion.at``: such texts sort as the times do.
        """
        found, until = dict[int, Promotion](), ""
        for one in reversed(self.promotions):
            if not until or until >= moment:
                found.setdefault(one.version, one)
            until = one.at
        return tuple(found.values())

    def rival_of(self, run_id: str) -> Promotion | None:
        """Return what led when a run began: a step that is tried again is no rival of itself."""
        others = (one for one in reversed(self.promotions) if one.run_id != run_id)
        return next(others, None)


EMPTY = Record(proposals=(), promotions=())


class Documents(Protocol):
    """Where the record is kept."""

    def read(self, document: str) -> bytes:
        """Return a document; ``MissingTableError`` where there is none."""
        ...

    def amend(self, document: str, change: Callable[[bytes | None], bytes]) -> object:
        """Replace a document by what a change makes of it, and lose nothing that others write."""
        ...


_JSON = TypeAdapter(Record)
_AGAIN = Retrying(
    retry=retry_if_exception_type(StaleWriterError),
    stop=stop_after_attempt(4),
    wait=wait_random(0.1, 0.5),
    reraise=True,
)


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
    the two in disagreement, which ``disagreement`` tells; doing the same again mends it.
    """

    def __init__(self, registry: Registry, documents: Documents) -> None:
        self._registry, self._documents = registry, documents

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the record of an environment, and what it lets happen in its registry."""
        return cls(Registry.of(settings), DocumentStore(settings.tables_root))

    def record(self) -> Record:
        """Return what was proposed and promoted so far.

        Raises
        ------
        DamagedRecordError
            It cannot be read.
        """
        try:
            return _read(self._documents.read(DOCUMENT))
        except MissingTableError:
            return EMPTY

    def propose(self, proposal: Proposal) -> None:
        """Make a version that passed the gate the challenger."""

        def with_it(record: Record) -> Record:
            if record.challenger and record.challenger.version == proposal.version:
                return record  # proposed already, and killed before the alias moved
            return replace(record, proposals=(*record.proposals, proposal))

        self._amend(with_it)
        self._registry.promote(proposal.version, CHALLENGER)

    def promote(self, version: int, reason: str) -> Promotion:
        """Let the challenger lead without asking anybody.

        Raises
        ------
        NotProposedError, BundleError, RegistryError
            As ``approve``.
        """
        challenger = self._challenger(version)
        return self._lead(challenger, challenger.by, reason, Way.AUTOMATIC)

    def approve(self, version: int, by: str, reason: str) -> Promotion:
        """Let the challenger lead, as somebody else than its maker and proposers decides.

        Raises
        ------
        NotProposedError
            It is not the version that passed the gate last.
        OwnProposalError
            Who approves it has made it, or proposed it, now or before.
        MissingReasonError
            Name or reason is blank.
        ChangedRecordError
            Somebody else decided meanwhile.
        BundleError, RegistryError
            It cannot be fetched, or does not score as when it was made.
        """
        demand_author(by, reason)
        return self._lead(self._challenger(version), by, reason, Way.APPROVED)

    def roll_back(self, by: str, reason: str, version: int | None = None) -> Promotion:
        """Let a version lead again that led before; the one before the present one by default.

        That is for an emergency: one person may do it. Where nothing is recorded yet, the version
        that bears the alias is taken into the record by its number.

        Raises
        ------
        NoEarlierChampionError
            Nothing else led before, or that version never did.
        MissingReasonError, ChangedRecordError, BundleError, RegistryError
            As ``approve``.
        """
        demand_author(by, reason)
        record = self.record()
        now = record.champion
        if version is not None:
            earlier = record.led(version) or self._unrecorded(record, version)
        elif now and now.way is Way.ROLLBACK and self.disagreement():
            earlier = now  # recorded, and killed before the alias moved
        else:
            earlier = record.before
        if earlier is None:
            raise NoEarlierChampionError(self._registry.model_name, version)
        return self._lead(earlier, by, reason, Way.ROLLBACK)

    def leader(self) -> Promotion:
        """Return what leads by the record and by the registry.

        Raises
        ------
        ForeignChampionError
            They disagree.
        NoChampionError
            Nothing leads yet.
        """
        self.demand_agreement()
        if leads := self.record().champion:
            return leads
        raise NoChampionError(self._registry.model_name, CHAMPION)

    def fetch(self, promotion: Promotion, into: Path) -> Path:
        """Fetch the files of a version that led without reading them, into an empty folder.

        Raises
        ------
        ForeignChampionError, RegistryError
            As ``load``.
        """
        fetched = self._registry.fetch(promotion.version, into)
        if bundle_digest(fetched) != promotion.digest:
            raise ForeignChampionError(f"version {promotion.version} is not the one that led")
        return fetched

    def load(self, promotion: Promotion) -> LoadedModel:
        """Fetch a version that led, and see that it is the one that the record means.

        Raises
        ------
        ForeignChampionError
            It has another digest.
        BundleError, RegistryError
            It cannot be fetched.
        """
        loaded = self._registry.load(promotion.version)
        if loaded.digest != promotion.digest:
            raise ForeignChampionError(f"version {promotion.version} is not the one that led")
        return loaded

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

    def settle(self, run_id: str) -> None:
        """Move the alias to what a run has recorded, where it was killed before it did."""
        leads = self.record().champion
        if leads and leads.run_id == run_id and self.disagreement():
            self._registry.promote(leads.version, CHAMPION)

    def demand_agreement(self) -> None:
        """Refuse an alias that the record does not know.

        Raises
        ------
        ForeignChampionError
            They disagree.
        """
        if said := self.disagreement():
            raise ForeignChampionError(said)

    def _challenger(self, version: int) -> Proposal:
        challenger = self.record().challenger
        if challenger is None or version != challenger.version:
            raise NotProposedError(version, challenger.version if challenger else None)
        return challenger

    def _unrecorded(self, record: Record, version: int) -> Promotion | None:
        """Return the version that bears the alias of a registry older than the record."""
        if record.champion:
            return None
        held, digest = self._registry.held(CHAMPION)
        if held != version:
            return None
        return Promotion(version=held, digest=digest, by="", reason="", way=Way.APPROVED, at="")

    def _lead(self, what: Proposal | Promotion, by: str, reason: str, way: Way) -> Promotion:
        """Fetch and prove a version, record that it leads, and move the alias."""
        seen = self.record()
        loaded = self._registry.load(what.version)
        prove(loaded.bundle, what.version)
        if loaded.digest != what.digest:
            raise ForeignChampionError(f"version {what.version} is not what passed the gate")
        if way is Way.APPROVED:
            _demand_other_eyes(by, loaded, seen)
        run_id = what.run_id if way is Way.AUTOMATIC else ""
        led = Promotion(
            version=what.version,
            digest=what.digest,
            by=by,
            reason=reason,
            way=way,
            at=now(),
            run_id=run_id,
        )

        def with_it(record: Record) -> Record:
            if (record.champion, record.challenger) != (seen.champion, seen.challenger):
                raise ChangedRecordError
            return replace(record, promotions=(*record.promotions, led))

        self._amend(with_it)
        self._registry.promote(led.version, CHAMPION)
        return led

    def _amend(self, change: Callable[[Record], Record]) -> None:
        """Change the record as it then is; of two that do at once, the earlier one tries again."""

        def changed(text: bytes | None) -> bytes:
            return _JSON.dump_json(change(EMPTY if text is None else _read(text)), indent=1)

        _AGAIN(self._documents.amend, DOCUMENT, changed)


def now() -> str:
    """Return the time, in UTC, to the second."""
    return written(datetime.now(UTC))


def written(moment: datetime) -> str:
    """Return a moment in UTC as it stands in the record."""
    return moment.isoformat(timespec="seconds")


def _read(text: bytes) -> Record:
    try:
        return _JSON.validate_json(text)
    except ValidationError as error:
        raise DamagedRecordError(DOCUMENT) from error


def _demand_other_eyes(by: str, loaded: LoadedModel, record: Record) -> None:
    """Refuse who made a version, or proposed it."""
    proposers = (one.by for one in record.proposals if one.version == loaded.version)
    for own in (loaded.bundle.card.made_by, *proposers):
        if _same(by, own):
            raise OwnProposalError(loaded.version, own)


def _same(one: str, other: str) -> bool:
    """Whether two names are of one person, however they are written."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()

"""The shelf: what the platform published and keeps for people, each with where it came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from risk_platform.errors.tables import DamagedTableError, MissingTableError
from risk_platform.scoring.bundle_files import BUNDLES, POLICY
from risk_platform.scoring.policy import Policy
from risk_platform.settings import Settings
from risk_platform.store.documents import DocumentStore
from serving.control_tower.sources.views import DayFindings, Drill

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a number came from.

    Parameters
    ----------
    asset
        Dagster's name of it.
    version, at
        Which version, and when it was made; empty and ``None`` where it is what is so now.
    protocol
        The rules that its figures belong to; empty where they belong to none.
    """

    asset: str
    version: str = ""
    at: datetime | None = None
    protocol: str = ""


@dataclass(frozen=True, slots=True)
class Found(Generic[Shown]):
    """A document and where it came from."""

    value: Shown
    origin: Origin


class Shelf:
    """What one platform published.

    Parameters
    ----------
    settings
        Of the platform.
    """

    def __init__(self, settings: Settings) -> None:
        self._documents = DocumentStore(settings.tables_root)
        self._pages, self._drills = settings.pages_folder, settings.drills_folder
        self._bundles = settings.models_folder / BUNDLES
        self._wanted = Policy(
            approve_from=settings.approve_from, decline_below=settings.decline_below
        )

    def document(self, name: str, kind: type[Shown]) -> Found[Shown]:
        """Return a document as a view of it.

        Raises
        ------
        MissingTableError
            Nobody has materialised it.
        DamagedTableError
            It is not what was published, or of another release than this.
        """
        entry = next(iter(self._documents.log(name).published()), None)
        if entry is None:
            raise MissingTableError(name)
        value = decoded(name, self._documents.read(name, entry.version), kind)
        protocol = getattr(value, "protocol", "")
        return Found(value, Origin(name, entry.version, entry.at, protocol))

    def content(self, name: str) -> bytes:
        """Return a document as it was published; raises what ``document`` does."""
        return self._documents.read(name)

    def published_since(self, moment: datetime, names: Sequence[str]) -> list[Origin]:
        """Return which of some documents were published since a moment, the newest first."""
        origins = [
            Origin(name, entry.version, entry.at)
            for name in names
            for entry in self._documents.log(name).published()
            if entry.at >= moment
        ]
        return sorted(origins, key=lambda of: of.at or moment, reverse=True)

    def drift_days(self) -> list[str]:
        """Return the days of which a report of drift is kept, the newest first."""
        return sorted((file.stem for file in self._pages.glob("drift/*.json")), reverse=True)

    def drift_day(self, day: str) -> Found[DayFindings]:
        """Return what was found of one of them; raises what ``document`` does."""
        file = self._pages / "drift" / f"{day}.json"
        found = decoded("drift_report", file.read_bytes(), DayFindings)
        made = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return Found(found, Origin("drift_report", day, made))

    def drift_page(self, day: str) -> str:
        """Return the page that Evidently drew of a day; empty where there is none."""
        return _text(self._pages / "drift" / f"{day}.html")

    def validation_report(self) -> str:
        """Return the page of the validation report; empty where there is none."""
        return _text(self._pages / "validation_report.html")

    def policy(self, digest: str) -> Policy:
        """Return the policy that a model was made with; that of the settings, where it is gone."""
        file = self._bundles / digest / POLICY
        return Policy.from_json(file.read_text()) if file.is_file() else self._wanted

    def bundle(self, digest: str) -> dict[str, bytes]:
        """Return the files of a model's bundle, but for the model itself; none where it is gone."""
        files = sorted((self._bundles / digest).glob("*.json"))
        return {file.name: file.read_bytes() for file in files}

    def drills(self) -> list[Drill]:
        """Return the newest drill of each scenario, in the order in which they were first done."""
        newest: dict[str, Drill] = {}
        for file in sorted(self._drills.glob("*.json")):
            for one in decoded("drill_league", file.read_bytes(), list[Drill]):
                newest[one.scenario] = one
        return list(newest.values())


def decoded(name: str, content: bytes, kind: type[Shown]) -> Shown:
    """Read JSON as a view of it.

    Raises
    ------
    DamagedTableError
        It is none.
    """
    try:
        return msgspec.json.decode(content, type=kind, strict=False)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise DamagedTableError(name, f"is of another release: {error}") from error


def _text(file: Path) -> str:
    return file.read_text() if file.is_file() else ""

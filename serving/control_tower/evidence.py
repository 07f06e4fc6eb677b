"""Evidence: what a dossier is made of, as the sources have it; what is missing is named."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import msgspec

from risk_platform.errors.tables import MissingTableError
from serving.control_tower.sources.log import Log
from serving.control_tower.sources.shelf import Shelf
from serving.control_tower.sources.views import Promotion
from serving.control_tower.uploads import as_csv

DOCUMENTS = (
    "champion_report",
    "leaderboard",
    "proposed_champion",
    "promotions",
    "deployed_champion",
    "registered_candidates",
    "policy_frontier",
    "vintage_curves",
    "borrower_segments",
    "tuned_parameters",
    "split_plan",
)
_EVENTS, _VERDICTS = 10_000, 10_000


def collected(shelf: Shelf, log: Log) -> tuple[dict[str, bytes], list[str]]:
    """Return the files of a dossier by name, and the names of what is not published yet.

    Raises
    ------
    HandoverError, NoLogError, TableError
        A source is away: a dossier that says less than it seems to is none.
    """
    files: dict[str, bytes] = {}
    lacking: list[str] = []
    for name in DOCUMENTS:
        try:
            files[f"documents/{name}.json"] = shelf.content(name)
        except MissingTableError:
            lacking.append(name)
    if page := shelf.validation_report():
        files["validation_report.html"] = page.encode()
    else:
        lacking.append("validation_report")
    files |= _bundle(shelf, lacking)
    files["gate/events.csv"] = as_csv([asdict(one) for one in log.events(_EVENTS)])
    files["drift/verdicts.csv"] = as_csv([_flat(one) for one in log.verdicts(_VERDICTS)])
    files["drills/newest.json"] = msgspec.json.encode(shelf.drills())
    return files, lacking


def _bundle(shelf: Shelf, lacking: Sequence[str]) -> dict[str, bytes]:
    """Return what the deployed bundle says of itself."""
    if "deployed_champion" in lacking:
        return {}
    digest = shelf.document("deployed_champion", Promotion).value.digest
    return {f"bundle/{name}": content for name, content in shelf.bundle(digest).items()}


def _flat(one: object) -> dict[str, object]:
    fields = msgspec.to_builtins(one)
    return {
        name: json.dumps(value) if isinstance(value, (list, tuple)) else value
        for name, value in fields.items()
    }

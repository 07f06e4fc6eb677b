"""League: every family under every protocol, on the loans that ``RISK_SOURCE`` names.

Each protocol is a run of the platform's own assets up to the leaderboard, in a home of its own.
``RISK_SPLIT_DATES`` goes to the protocols that divide by time. Figures of two protocols do not
compare; without a source the loans are generated ones.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter
from rich.console import Console

from benchmarks.champion import figures_of
from benchmarks.figures import show
from benchmarks.watched import Figures
from risk_platform.commands.bakeoff import chosen
from risk_platform.commands.home import open_instance
from risk_platform.commands.materialise import execute, raise_if_failed
from risk_platform.contract.splits import Split
from risk_platform.errors.running import RunFailedError
from risk_platform.evaluation.leaderboard import Leaderboard
from risk_platform.orchestration.candidates import CANDIDATES
from risk_platform.settings import Settings
from risk_platform.store.documents import DocumentStore

LOANS = ("raw_loans", "quarantined_loans", "cleaned_loans")
MODELS = (
    "split_plan",
    "split_loans",
    "feature_state",
    "reference_profile",
    "loan_features",
    "clusters_kmeans",
    "clusters_gaussian_mixture",
    "borrower_segments",
    "tuned_parameters",
    *CANDIDATES,
    "model_predictions",
    "leaderboard",
)


def run() -> None:
    """Measure and show."""
    given = Settings()
    console = Console(stderr=True)
    rows: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as folder:
        settings = given.model_copy(update={"home": Path(folder)})
        for protocol in chosen([], given.split_dates):
            dates = given.split_dates if protocol.overridden else ""
            asked = {"protocol": protocol.name, "split_dates": dates}
            try:
                board = _board(settings.model_copy(update=asked), console)
            except RunFailedError as failure:
                console.print(f"{protocol.label}: {failure}")
                continue
            rows |= _rows(board)
    show("league", rows)
    show("league_areas", _areas(rows))


def _board(settings: Settings, console: Console) -> Leaderboard:
    with open_instance(settings) as instance:
        result = execute(settings, instance, console, [*LOANS, *MODELS])
        raise_if_failed(result)
    text = DocumentStore(settings.tables_root).read("leaderboard")
    return TypeAdapter(Leaderboard).validate_json(text)


def _rows(board: Leaderboard) -> dict[str, Figures]:
    found: dict[str, Figures] = {}
    for one in board.of(Split.TEST):
        against = one.against_sub_grade
        found[f"{board.rules.protocol}: {one.name}"] = {
            **figures_of(one),
            **({"p against sub_grade": against.p_value} if against else {}),
        }
    return found


def _areas(rows: Mapping[str, Figures]) -> dict[str, dict[str, str]]:
    """Return a table of protocols by families, of areas with their intervals."""
    table: dict[str, dict[str, str]] = {}
    for label, row in rows.items():
        protocol, family = label.split(": ")
        said = f"{row['AUC']:.3f} ({row['low']:.3f}-{row['high']:.3f})"
        table.setdefault(protocol, {})[family] = said
    return table

"""Results of drills: a file for each run of the command, which the league reads."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from risk_platform.evaluation.drills import Drill

_JSON = TypeAdapter(list[Drill])


def write_results(file: Path, drills: Sequence[Drill]) -> None:
    """Write what came of drills, in a folder that is made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_JSON.dump_json(list(drills), indent=1))


def newest_results(folder: Path, order: Iterable[str]) -> list[Drill]:
    """Return the newest drill of each scenario among all files of a folder.

    Parameters
    ----------
    folder
        Where they are; it need not be there.
    order
        Names of scenarios: in this order, and none that has another name.
    """
    newest: dict[str, Drill] = {}
    for file in sorted(folder.glob("*.json")):
        for drill in _JSON.validate_json(file.read_bytes()):
            kept = newest.get(drill.scenario)
            if kept is None or kept.at <= drill.at:
                newest[drill.scenario] = drill
    return [newest[name] for name in order if name in newest]

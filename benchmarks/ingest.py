"""Ingest: from the raw file to features, step by step, against DuckDB casting and writing the file.

The steps are the platform's own assets and checks, run by Dagster as ``make demo`` runs them, the
start of Spark included. The floor is measured before and after. ``python -m benchmarks.ingest N``
takes another number of loans than the two by which the growth is shown.
"""

import math
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.figures import show
from benchmarks.watched import Figures, tell, watched

MODULE = "benchmarks.ingest"

SIZES = (300_000, 2_900_000)
GROUPS: Mapping[str, tuple[str, ...]] = {
    "landing": ("raw_loans",),
    "cleaning": ("cleaned_loans",),
    "contract checks": (
        "contract_of_raw_loans",
        "contract_of_cleaned_loans",
        "cleaned_loans_no_raw_loan_is_lost",
    ),
    "split and features": ("split_plan", "split_loans", "feature_state", "loan_features"),
}
INGEST = ("landing", "cleaning", "contract checks")
MEBIBYTE = 2**20


def run(sizes: Sequence[int] = SIZES) -> None:
    """Measure and show."""
    rows: dict[str, Figures] = {}
    totals = [_of(loans, rows) for loans in sizes]
    if len(sizes) > 1:
        growth = math.log(totals[-1] / totals[0]) / math.log(sizes[-1] / sizes[0])
        rows["growth: seconds ~ loans to the power of"] = {"s": growth}
    show("ingest", rows)


def _of(loans: int, rows: dict[str, Figures]) -> float:
    """Measure one size, and return the seconds of landing, cleaning and checks."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, found = Path(scratch), {}
        found["generation"] = watched(MODULE, "generate", str(loans), str(folder))[0]
        [csv] = folder.glob("*.csv")
        before, _ = watched(MODULE, "floor", str(csv), str(folder))
        _, steps = watched(MODULE, "refresh", str(csv), str(folder / "home"))
        after, _ = watched(MODULE, "floor", str(csv), str(folder))
        floor = {name: (before[name] + after[name]) / 2 for name in before}
        size = csv.stat().st_size / MEBIBYTE
    found |= steps
    total = sum(found[step]["s"] for step in INGEST)
    together = {"s": total, "peak MB": max(found[step]["peak MB"] for step in INGEST)}
    found |= {"DuckDB, cast and write (floor)": floor, "landing + cleaning + checks": together}
    for name, figures in found.items():
        ratio = {"of floor": figures["s"] / floor["s"]}
        rows[f"{loans:,}: {name}"] = figures | ratio | {"MB of CSV": size}
    return total


def generate(loans: str, folder: str) -> dict[str, list[tuple[float, float]]]:
    """Write generated loans."""
    from risk_platform.sources.generator.generate import generate as write  # noqa: PLC0415

    write(int(loans), 7, Path(folder))
    return {}


def floor(csv: str, folder: str) -> dict[str, list[tuple[float, float]]]:
    """Have DuckDB cast the file and write it."""
    from benchmarks.floor import cast_and_write  # noqa: PLC0415

    cast_and_write(Path(csv), Path(folder) / "floor.parquet")
    return {}


def refresh(csv: str, home: str) -> dict[str, list[tuple[float, float]]]:
    """Make the assets as far as the features, and return when their steps ran."""
    # Every task is a process of its own, and only this one may hold Dagster and Spark.
    from rich.console import Console  # noqa: PLC0415

    from risk_platform.commands.home import open_instance  # noqa: PLC0415
    from risk_platform.commands.materialise import execute, raise_if_failed  # noqa: PLC0415
    from risk_platform.settings import Settings  # noqa: PLC0415

    settings = Settings(home=Path(home), source=csv)
    assets = [name for group in GROUPS if group != "contract checks" for name in GROUPS[group]]
    with open_instance(settings) as instance:
        result = execute(settings, instance, Console(stderr=True), [*assets, "quarantined_loans"])
        raise_if_failed(result)
        stats = instance.get_run_step_stats(result.run_id)
    spans = {step.step_key: (step.start_time or 0, step.end_time or 0) for step in stats}
    return {group: [spans[name] for name in names] for group, names in GROUPS.items()}


if __name__ == "__main__":
    task, *arguments = sys.argv[1:]
    if task.isdecimal():
        run([int(size) for size in sys.argv[1:]])
    else:
        spans = {"generate": generate, "floor": floor, "refresh": refresh}[task](*arguments)
        tell(spans)

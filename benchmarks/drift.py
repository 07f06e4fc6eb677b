"""Drift: our decision against Evidently's preset on the same loans, and over a large table.

Sixty inputs, a reference of 200,000 loans, a window of 20,000, both as arrays in memory. Ours holds
the window against the profile of the reference, which is made once with a model; what that takes
stands beside it. Evidently is handed both, as it keeps no profile. They take turns. A table of many
loans is summarised by Spark and then judged as a window is. ``python -m benchmarks.drift N`` takes
a table of N loans.
"""

import itertools
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.figures import show
from benchmarks.watched import tell, watched
from risk_platform.evaluation.drift.decision import judge_window
from risk_platform.evaluation.drift.window import Window
from risk_platform.features.bins import bins_of
from risk_platform.scoring.monitored import Values
from risk_platform.scoring.reference import Population, Reference, ScoreProfile
from risk_platform.training.reference import category_profile, number_profile, with_chance

MODULE = "benchmarks.drift"
NUMBERS, CATEGORIES, LABELS = 50, 10, tuple("ABCDEFG")
REFERENCE, WINDOW, DRIFTED = 200_000, 20_000, 6
ROUNDS, ROWS, CLEANED = 3, 2_900_000, 50_000
APPROVED_BELOW = 0.3

Inputs = dict[str, Values]
Spans = dict[str, list[tuple[float, float]]]


def run(rows: int = ROWS) -> None:
    """Measure and show."""
    before, after = _loans(0, REFERENCE), _loans(1, WINDOW, moved_by=0.3)
    found = _in_turn(before, after)
    peers = [name for name in found if name.startswith("Evidently's preset")]
    for name in peers:
        ratio = float(found[name]["s"]) / float(found["our decision"]["s"])
        found[f"{name} / ours"] = {"s": ratio, "aim": "at least 20"}
    with tempfile.TemporaryDirectory() as home:
        watched(MODULE, "clean", home)
        _, steps = watched(MODULE, "table", home, str(rows))
    found |= {f"{rows:,} loans: {step}": figures for step, figures in steps.items()}
    show("drift", found)


def _in_turn(before: Inputs, after: Inputs) -> dict[str, dict[str, float | str]]:
    reference, window = _reference(before), _window(after)
    began = time.perf_counter()
    presets = _evidently(before, after)
    imported = time.perf_counter() - began
    ways: dict[str, Callable[[], int]] = {
        "our decision": lambda: sum(
            of.is_suspected for of in judge_window(reference, window).findings
        ),
        "our profile of the reference": lambda: len(_reference(before).importance),
        **presets,
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    said: dict[str, int] = {}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.perf_counter()
            said[name] = way()
            taken[name].append(time.perf_counter() - began)
    assert {said[name] for name in ("our decision", *presets)} == {DRIFTED}
    rows: dict[str, dict[str, float | str]] = {
        name: {"s": float(np.median(of)), "worst s": max(of), "drifted": said[name]}
        for name, of in taken.items()
    }
    del rows["our profile of the reference"]["drifted"]
    return rows | {"Evidently's import": {"s": imported}}


def _loans(seed: int, many: int, moved_by: float = 0.0) -> Inputs:
    """Draw loans, of which the first inputs may have moved by so many standard deviations."""
    rng = np.random.default_rng(seed)
    numbers = {
        f"n{at}": rng.normal(moved_by if at < DRIFTED else 0.0, 1.0, many) for at in range(NUMBERS)
    }
    shares = [0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1]
    labels = np.array(LABELS, np.object_)
    return {
        **numbers,
        **{f"c{at}": rng.choice(labels, many, p=shares) for at in range(CATEGORIES)},
    }


def _reference(of: Inputs) -> Reference:
    categories = {
        name: category_profile(Counter(np.asarray(values).tolist()), REFERENCE)
        for name, values in of.items()
        if name.startswith("c")
    }
    numbers = {
        name: number_profile(bins_of(np.asarray(values, np.float64)), 0)
        for name, values in of.items()
        if name.startswith("n")
    }
    pds = _pds(of)
    return Reference(
        population=with_chance(Population(loans=REFERENCE, numbers=numbers, categories=categories)),
        importance=dict.fromkeys(of, 1 / len(of)),
        scores=ScoreProfile(
            pds=number_profile(bins_of(pds), 0),
            mean_pd=float(pds.mean()),
            approval_rate=float((pds < APPROVED_BELOW).mean()),
            imputed_share=0.0,
        ),
    )


def _window(of: Inputs) -> Window:
    pds = _pds(of)
    return Window(
        inputs=of,
        pds=pds,
        approved=pds < APPROVED_BELOW,
        imputed=np.zeros(len(pds)),
        keys=np.resize(np.array([*"abcdefgh"], np.object_), len(pds)),
    )


def _pds(of: Inputs) -> np.ndarray:
    return 1 / (1 + np.exp(1.5 - np.asarray(of[f"n{NUMBERS - 1}"], np.float64)))


def _evidently(before: Inputs, after: Inputs) -> dict[str, Callable[[], int]]:
    """Return what runs the preset, as it is and by our distances, and counts what has drifted."""
    os.environ["DO_NOT_TRACK"] = "1"
    # Only this benchmark needs it, and its import takes seconds, which are told.
    import pandas as pd  # noqa: PLC0415
    from evidently import DataDefinition, Dataset, Report  # noqa: PLC0415
    from evidently.presets import DataDriftPreset  # noqa: PLC0415

    numbers, categories = ([n for n in before if n.startswith(kind)] for kind in "nc")
    columns = DataDefinition(numerical_columns=numbers, categorical_columns=categories)
    reference, window = (
        Dataset.from_pandas(pd.DataFrame(of), data_definition=columns) for of in (before, after)
    )
    ours = {"num_method": "ks", "num_threshold": 1e-5, "cat_method": "jensenshannon"}

    def drifted(**settings: str | float) -> int:
        report = Report([DataDriftPreset(**settings)])
        told = report.run(current_data=window, reference_data=reference).dict()
        (count,) = (m for m in told["metrics"] if "DriftedColumnsCount" in m["metric_name"])
        return int(count["value"]["count"])

    return {
        "Evidently's preset": drifted,
        "Evidently's preset, KS and JS": lambda: drifted(**ours, cat_threshold=0.1),
    }


def clean(home: str) -> Spans:
    """Clean generated loans, as the platform does."""
    # Every task is a process of its own, and only this one may hold Dagster and Spark.
    from rich.console import Console  # noqa: PLC0415

    from risk_platform.commands.home import open_instance  # noqa: PLC0415
    from risk_platform.commands.materialise import execute, raise_if_failed  # noqa: PLC0415
    from risk_platform.settings import Settings  # noqa: PLC0415

    settings = Settings(home=Path(home), source="", loans=CLEANED)
    with open_instance(settings) as instance:
        wanted = ["raw_loans", "quarantined_loans", "cleaned_loans"]
        raise_if_failed(execute(settings, instance, Console(stderr=True), wanted))
    return {}


def table(home: str, rows: str) -> Spans:
    """Profile those loans, so many times over, and hold them against that profile."""
    from risk_platform.commands.session import spark_session  # noqa: PLC0415
    from risk_platform.evaluation.drift.counted import seen_of_table  # noqa: PLC0415
    from risk_platform.evaluation.drift.decision import judge  # noqa: PLC0415
    from risk_platform.settings import Settings  # noqa: PLC0415
    from risk_platform.spark.learn import summarise  # noqa: PLC0415
    from risk_platform.store.tables import TableStore  # noqa: PLC0415
    from risk_platform.training.reference import population_of  # noqa: PLC0415

    settings = Settings(home=Path(home), source="", loans=CLEANED)
    files = TableStore(settings.tables_root).local_parts("cleaned_loans")
    paths = _copies([path for paths in files.values() for path in paths], Path(home), int(rows))
    with spark_session(settings) as spark:
        loans = spark.read.parquet(*paths)
        times = [time.time()]
        learnt = summarise(loans)
        times.append(time.time())
        population = population_of(learnt)
        times.append(time.time())
    pds = number_profile(bins_of(np.linspace(0.01, 0.99, 1_000)), 0)
    scores = ScoreProfile(pds=pds, mean_pd=0.5, approval_rate=0.5, imputed_share=0.0)
    shares = dict.fromkeys(population.features, 1 / len(population.features))
    reference = Reference(population=population, importance=shares, scores=scores)
    times.append(time.time())
    seen = seen_of_table(reference, learnt.loans, learnt.numbers, learnt.labels, None)
    assert not judge(reference, seen, ()).suspected
    times.append(time.time())
    spans = list(itertools.pairwise(times))
    return {"summary by Spark": [spans[0]], "profile": [spans[1]], "decision": [spans[3]]}


def _copies(paths: list[str], home: Path, rows: int) -> list[str]:
    """Give files other names again and again, so that a reader sees about so many loans."""
    links: list[str] = []
    for copy in range(max(1, round(rows / CLEANED))):
        for number, path in enumerate(paths):
            link = home / f"part-{copy:03d}-{number:03d}.parquet"
            link.hardlink_to(path)
            links.append(str(link))
    return links


if __name__ == "__main__":
    task, *arguments = sys.argv[1:]
    if task.isdecimal():
        run(int(task))
    else:
        tell({"clean": clean, "table": table}[task](*arguments))

"""Training: the hand-over of a published table to LightGBM, and the time of each family.

The hand-over and the training of the champion are held against PyArrow reading the same Parquet and
a bare ``lightgbm.train`` of the same parameters and rounds, in turn. Families are the platform's
own assets, run by Dagster on generated loans. ``python -m benchmarks.training N M`` takes N loans
for the families and M rows for the hand-over.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.figures import show
from benchmarks.watched import Figures, tell, watched

MODULE = "benchmarks.training"
LOANS, ROWS = 300_000, 1_300_000
TURNS = 2
FAMILIES = (
    "tuned_parameters",
    "model_lightgbm",
    "model_logistic_regression",
    "model_random_forest",
    "model_gbt",
    "model_mlp",
    "clusters_kmeans",
    "clusters_gaussian_mixture",
)


def run(loans: int = LOANS, rows: int = ROWS) -> None:
    """Measure and show."""
    with tempfile.TemporaryDirectory() as scratch:
        home, table = Path(scratch) / "home", Path(scratch) / "table"
        _, families = watched(MODULE, "families", str(loans), str(home))
        watched(MODULE, "enlarge", str(rows), str(home), str(table))
        found = {f"{loans:,} loans: {name}": figures for name, figures in families.items()}
        ours, bare = _in_turn(table)
    label = f"{rows:,} rows: "
    found |= {label + "published table to champion": ours, label + "PyArrow and lightgbm": bare}
    found[label + "ratio"] = {
        "s": ours["s"] / bare["s"],
        "peak MB": ours["peak MB"] / bare["peak MB"],
    }
    show("training", found)


def _in_turn(table: Path) -> tuple[Figures, Figures]:
    """Return the best of some turns of each."""
    ours, bare = [], []
    for _ in range(TURNS):
        whole, steps = watched(MODULE, "ours", str(table))
        ours.append(steps["work"] | {"hand-over s": steps["hand-over"]["s"]})
        ours[-1]["peak MB"] = whole["peak MB"]
        whole, steps = watched(MODULE, "bare", str(table))
        bare.append(steps["work"] | {"hand-over s": steps["hand-over"]["s"]})
        bare[-1]["peak MB"] = whole["peak MB"]
    return min(ours, key=_seconds), min(bare, key=_seconds)


def _seconds(figures: Figures) -> float:
    return figures["s"]


def families(loans: str, home: str) -> dict[str, list[tuple[float, float]]]:
    """Make every model and segment, and return when each was made."""
    # Every task is a process of its own, and only this one may hold Dagster and Spark.
    from rich.console import Console  # noqa: PLC0415

    from risk_platform.commands.home import open_instance  # noqa: PLC0415
    from risk_platform.commands.materialise import execute, raise_if_failed  # noqa: PLC0415
    from risk_platform.settings import Settings  # noqa: PLC0415

    settings = Settings(home=Path(home), source="", loans=int(loans))
    with open_instance(settings) as instance:
        console = Console(stderr=True)
        before = ["raw_loans", "quarantined_loans", "cleaned_loans", "split_plan", "split_loans"]
        wanted = [*before, "feature_state", "loan_features", *FAMILIES]
        result = execute(settings, instance, console, wanted)
        raise_if_failed(result)
        stats = {step.step_key: step for step in instance.get_run_step_stats(result.run_id)}
    return {name: [(stats[name].start_time or 0, stats[name].end_time or 0)] for name in FAMILIES}


def enlarge(rows: str, home: str, table: str) -> dict[str, list[tuple[float, float]]]:
    """Publish the features of those loans over and over, every number a little another."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    from risk_platform.features.definitions import FEATURES, Kind  # noqa: PLC0415
    from risk_platform.store.tables import TableStore  # noqa: PLC0415

    given = TableStore(Path(home) / "tables").dataset("loan_features").to_table()
    numbers = [feature.name for feature in FEATURES if feature.kind is Kind.NUMBER]
    rng = np.random.default_rng(1)
    with TableStore(Path(table)).new_version("loan_features") as version:
        for copy in range(-(-int(rows) // given.num_rows)):
            some = given.slice(0, min(given.num_rows, int(rows) - copy * given.num_rows))
            for name in numbers:
                moved = some[name].to_numpy() * (1 + 1e-3 * rng.standard_normal(len(some)))
                field = some.schema.field(name)
                at = some.schema.get_field_index(name)
                some = some.set_column(at, field, pa.array(moved, from_pandas=True))
            pq.write_table(some, version.folder / f"part-{copy:05d}.parquet", compression="zstd")
        version.rows = int(rows)
    return {}


def ours(table: str) -> dict[str, list[tuple[float, float]]]:
    """Train as the platform does, from the published table."""
    from risk_platform.contract.protocols import protocol_named  # noqa: PLC0415
    from risk_platform.contract.splits import Split  # noqa: PLC0415
    from risk_platform.store.tables import TableStore  # noqa: PLC0415
    from risk_platform.training.champion import fit_champion  # noqa: PLC0415
    from risk_platform.training.inputs import inputs_of  # noqa: PLC0415

    protocol = protocol_named("window12")
    began = time.time()
    features = TableStore(Path(table)).dataset("loan_features")
    train = inputs_of(features, Split.TRAIN, protocol)
    validation = inputs_of(features, Split.VALIDATION, protocol)
    handed = time.time()
    fitted = fit_champion(train, validation)
    (Path(table) / "rounds").write_text(str(len(fitted.history["validation"])))
    return {"hand-over": [(began, handed)], "work": [(began, time.time())]}


def bare(table: str) -> dict[str, list[tuple[float, float]]]:
    """Train without the platform: the same columns, rows, parameters and rounds."""
    import lightgbm as lgb  # noqa: PLC0415
    import pyarrow.dataset as pa_dataset  # noqa: PLC0415

    from risk_platform.contract.protocols import protocol_named  # noqa: PLC0415
    from risk_platform.features.definitions import Kind, directions_of, features_of  # noqa: PLC0415
    from risk_platform.training.champion import DEFAULTS, FIXED  # noqa: PLC0415

    protocol = protocol_named("window12")
    read = features_of(protocol.timings)
    names = [feature.name for feature in read]
    codes = [at for at, feature in enumerate(read) if feature.kind is Kind.CATEGORY]
    rounds = int((Path(table) / "rounds").read_text())
    files = sorted(map(str, Path(table).rglob("*.parquet")))
    began = time.time()
    outcome = protocol.outcome.name
    found = pa_dataset.dataset(files).to_table(
        columns=[*names, outcome], filter=pa_dataset.field("split") == "train"
    )
    matrix = np.column_stack([found[name].to_numpy() for name in names])
    outcomes = found[outcome].to_numpy()
    handed = time.time()
    directions = directions_of(names)
    settings = {**FIXED, **DEFAULTS, "num_threads": 2}
    settings["monotone_constraints"] = [directions.get(name, 0) for name in names]
    lgb.train(settings, lgb.Dataset(matrix, outcomes, categorical_feature=codes), rounds)
    return {"hand-over": [(began, handed)], "work": [(began, time.time())]}


if __name__ == "__main__":
    task, *arguments = sys.argv[1:]
    if task.isdecimal():
        run(int(task), *map(int, arguments))
    else:
        tasks = {"families": families, "enlarge": enlarge, "ours": ours, "bare": bare}
        tell(tasks[task](*arguments))

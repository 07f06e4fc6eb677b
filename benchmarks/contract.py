"""Contract: judging every vintage by every rule, against DuckDB casting and writing the same loans.

Beside it, the same rules of 40 columns by Great Expectations and by pandera, where they are
installed: nulls, ranges, label sets and a unique id, over the whole table, since neither knows
vintages. Each is measured in a process of its own, reading the Parquet file included.
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.figures import show
from benchmarks.floor import cast_and_write
from benchmarks.peak import peak_mb
from risk_platform.contract.column import Column
from risk_platform.contract.columns import BY_NAME, LOANS
from risk_platform.contract.judgement import judge
from risk_platform.contract.rules import rules_of
from risk_platform.sources.generator.generate import generate
from risk_platform.spark.queries import duckdb_query
from risk_platform.spark.tally import repeated_ids, samples, tally

COUNT, ROUNDS = 300_000, 3
# The first columns of the contract that are always given, with a range or labels, and the id.
COMPARED: tuple[Column, ...] = (
    BY_NAME["id"],
    *[c for c in LOANS if not c.since and c.may_lack < 1 and (c.labels or c.low is not None)][:39],
)


def run() -> None:
    """Measure and show."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        csv, table = generate(COUNT, 7, folder).csv, folder / "loans.parquet"
        measured = {"cast and write (floor)": [], "every rule, by vintage": []}
        for _ in range(ROUNDS):
            measured["cast and write (floor)"].append(_apart("cast_and_write", csv, table))
            measured["every rule, by vintage"].append(_apart("contract", table))
        rows = {name: min(found, key=lambda f: f["s"]) for name, found in measured.items()}
        floor, ours = (rows[name]["s"] for name in measured)
        rows["ratio"] = {"s": ours / floor}
        for name, module in (("ours", ""), ("gx", "great_expectations"), ("pandera", "pandera")):
            if not module or importlib.util.find_spec(module):
                rows[f"{name}, 40 columns"] = _apart(f"{name}_40", table)
            else:
                print(f"{module} is not installed: skipped")
    show("contract", rows)


def _apart(task: str, *paths: Path) -> dict[str, float]:
    """Run a task in a process of its own, and return its seconds and its peak memory."""
    program = [sys.executable, "-m", "benchmarks.contract", task, *map(str, paths)]
    done = subprocess.run(program, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def contract(table: Path, columns: Sequence[Column] = LOANS) -> None:
    """Judge every vintage by every rule, with samples, and look for repeated ids."""
    rules = rules_of(columns)
    with duckdb_query([str(table)]) as query:
        judged = judge(rules, tally(query, rules))
        for finding in judged.findings:
            samples(query, finding)
        rows, ids, _ = repeated_ids(query)
    assert rows == ids > 0.99 * COUNT
    assert not [f for f in judged.findings if f.is_grave], judged.findings


def ours_40(table: Path) -> None:
    """Judge the columns that the peers judge."""
    contract(table, COMPARED)


def gx_40(table: Path) -> None:
    """Judge them by Great Expectations, on pandas."""
    import great_expectations as gx  # noqa: PLC0415 - a peer that need not be there
    import great_expectations.expectations as gxe  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    suite = gx.ExpectationSuite("loans")
    suite.add_expectation(gxe.ExpectColumnValuesToBeUnique(column="id"))
    for c in COMPARED:
        suite.add_expectation(
            gxe.ExpectColumnValuesToNotBeNull(column=c.name, mostly=1 - c.may_lack)
        )
        if c.labels:
            suite.add_expectation(
                gxe.ExpectColumnValuesToBeInSet(column=c.name, value_set=list(c.labels))
            )
        elif c.low is not None:
            suite.add_expectation(
                gxe.ExpectColumnValuesToBeBetween(
                    column=c.name, min_value=c.low, max_value=c.high, mostly=0.995
                )
            )
    asset = context.data_sources.add_pandas("loans").add_dataframe_asset("loans")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch(
        {"dataframe": pd.read_parquet(table, columns=[c.name for c in COMPARED])}
    )
    found = batch.validate(suite)
    assert found.success, [r.expectation_config for r in found.results if not r.success]


def pandera_40(table: Path) -> None:
    """Judge them by pandera, on pandas; it has no limits, so what breaks a rule is collected."""
    import pandas as pd  # noqa: PLC0415 - peers that need not be there
    import pandera.pandas as pa  # noqa: PLC0415

    schema = pa.DataFrameSchema(
        {
            c.name: pa.Column(
                checks=pa.Check.isin(c.labels)
                if c.labels
                else pa.Check.in_range(c.low, c.high)
                if c.low is not None
                else None,
                nullable=c.may_lack > 0,
                unique=c.name == "id",
            )
            for c in COMPARED
        }
    )
    loans = pd.read_parquet(table, columns=[c.name for c in COMPARED])
    assert loans.isna().mean().le([c.may_lack for c in COMPARED]).all()
    broken = 0
    try:
        schema.validate(loans, lazy=True)
    except pa.errors.SchemaErrors as errors:
        broken = len(errors.failure_cases)
    assert broken < 0.005 * len(loans)


TASKS: dict[str, Callable[..., None]] = {
    task.__name__: task for task in (cast_and_write, contract, ours_40, gx_40, pandera_40)
}

if __name__ == "__main__":
    started = time.perf_counter()
    TASKS[sys.argv[1]](*map(Path, sys.argv[2:]))
    print(json.dumps({"s": time.perf_counter() - started, "peak MB": peak_mb()}))

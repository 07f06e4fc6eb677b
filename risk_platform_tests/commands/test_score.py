"""Scoring portfolios by the command: every record accounted for, and nothing done twice."""

import gzip
import json
import os
import subprocess
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pyarrow.dataset as pa_dataset
import pytest

from risk_platform.handover.models.promotions import Promotions
from risk_platform.handover.models.registry import Registry
from risk_platform.settings import Settings
from risk_platform.sources.generator.generate import generate
from risk_platform_tests.bundles import let_lead, small_bundle
from risk_platform_tests.commands.test_commands import PROGRAM, call

pytestmark = pytest.mark.long

LOANS = 400
FOOTER = "Total amount funded in policy code 1"
DEADLINE_SECONDS = 240.0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home in which version 1 leads."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    let_lead(Promotions.of(settings), Registry.of(settings), small_bundle())
    return settings.root


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a plain file, a packed one, and an archive; two lines are no loans."""
    folder = tmp_path_factory.mktemp("files")
    for seed, name in enumerate(("plain", "packed", "zipped"), start=1):
        made = generate(LOANS, seed, folder / name).csv
        content = made.read_bytes()
        if name == "plain":
            (folder / "plain.csv").write_bytes(content + f"{FOOTER}\n".encode())
        elif name == "packed":
            (folder / "packed.csv.gz").write_bytes(gzip.compress(content + b"1,2,3\n"))
        else:
            with zipfile.ZipFile(folder / "zipped.zip", "w") as archive:
                archive.writestr("inner.csv", content)
    return folder


def rows(out: Path) -> list[tuple[str, int]]:
    """Return which records have scores."""
    table = pa_dataset.dataset(out / "scores", partitioning="hive").to_table()
    at = (table[name].to_pylist() for name in ("source_file", "source_record"))
    return sorted(zip(*at, strict=True))


class Resumed(NamedTuple):
    """A run over the files that was killed within the second, and the run that ended it.

    Parameters
    ----------
    out
        Where scores are.
    kept
        When the scores were written that the first run left.
    done
        The second run.
    """

    out: Path
    kept: Mapping[Path, int]
    done: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def resumed(home: Path, files: Path, tmp_path_factory: pytest.TempPathFactory) -> Resumed:
    """Score the files, but for a kill on the way."""
    out = tmp_path_factory.mktemp("out")
    environment = os.environ | {"RISK_HOME": str(home)}
    command = [PROGRAM, "score", str(files), "--out", str(out)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _wait(lambda: any(out.glob("done/*.json")) and (out / ".work" / "loans").exists())
    process.kill()
    process.wait()
    kept = written(out)
    assert len([*out.glob("done/*.json")]) < 3
    on_terminal = {"FORCE_COLOR": "1", "TERM": "xterm"}
    return Resumed(out, kept, call(home, "score", str(files), "--out", str(out), **on_terminal))


def written(out: Path) -> dict[Path, int]:
    """Return when each file of scores was written."""
    return {path: path.stat().st_mtime_ns for path in out.glob("scores/*/*.parquet")}


def test_whoever_is_killed_goes_on_where_it_ended(resumed: Resumed) -> None:
    """Each loan has one score; those of the first file stay as they were."""
    assert resumed.done.returncode == 0, resumed.done.stdout + resumed.done.stderr
    assert len(rows(resumed.out)) == len({*rows(resumed.out)}) == 3 * LOANS
    assert resumed.kept
    assert resumed.kept.items() <= written(resumed.out).items()
    assert not (resumed.out / ".work").exists()


def test_every_record_is_scored_or_set_aside(resumed: Resumed) -> None:
    """Of files packed in each way; the summary is printed and written."""
    assert "Scored by version 1" in resumed.done.stdout
    # The bar counts what is done of a file, which may hold millions.
    assert f"inner.csv: parts of {LOANS} scored" in resumed.done.stdout
    summary = json.loads((resumed.out / "summary.json").read_text())
    assert summary["scored"] == len(rows(resumed.out)) == 3 * LOANS
    assert summary["quarantined"] == 1
    assert summary["records"] == 3 * LOANS + 1 + summary["no_loan"]
    aside = pa_dataset.dataset(resumed.out / "quarantine").to_table()
    assert aside.num_rows == 1 + summary["no_loan"]
    assert {"1,2,3", FOOTER} <= {*aside["raw_text"].to_pylist()}


def test_what_is_done_is_not_done_again(resumed: Resumed, home: Path, files: Path) -> None:
    """A rerun adds nothing."""
    before = written(resumed.out)
    assert call(home, "score", str(files), "--out", str(resumed.out)).returncode == 0
    assert written(resumed.out) == before


def test_real_loans_reconcile(home: Path, real_loans: Path, tmp_path: Path) -> None:
    """Of two layouts, one with footers amid the file: nothing is lost."""
    names = ("lc151_2016-10_n998_2footers.csv.gz", "lc74_2011Q4_n4999.csv.gz")
    sources = [str(real_loans / name) for name in names]
    if not all(Path(source).is_file() for source in sources):
        pytest.skip(f"no {names} in {real_loans}")
    done = call(home, "score", *sources, "--out", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((tmp_path / "summary.json").read_text())
    parts = (summary["scored"], summary["quarantined"], summary["no_loan"])
    assert sum(parts) == summary["records"]
    assert summary["scored"] == len({*rows(tmp_path)}) == 998 + 4_999


def test_what_cannot_be_scored_is_said_in_a_sentence(home: Path, tmp_path: Path) -> None:
    """No such file; no such version."""
    nothing = call(home, "score", str(tmp_path / "no.csv"), "--out", str(tmp_path / "out"))
    assert nothing.returncode == 1
    assert "no raw file at" in nothing.stdout
    other = call(home, "score", "x.csv", "--version", "9", "--out", str(tmp_path / "out"))
    assert other.returncode == 1
    assert "there is no version 9 of credit-pd" in other.stdout


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail("it did not come to pass")
        time.sleep(0.01)

"""The commands: what they print, and how they refuse."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

PROGRAM = Path(sys.executable).with_name("risk-platform")


def call(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run ``risk-platform`` with a home of its own."""
    environment = os.environ | {"RISK_HOME": str(home), "COLUMNS": "200"} | settings
    return subprocess.run(
        [PROGRAM, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_help_lists_the_commands(tmp_path: Path) -> None:
    """Without arguments one learns what can be done."""
    shown = call(tmp_path).stdout
    assert all(
        f" {name} " in shown for name in ("demo", "check", "up", "doctor", "generate", "columns")
    )


def test_generate_writes_loans_and_their_truth(tmp_path: Path) -> None:
    """As many as asked for, with the true PD beside."""
    arguments = ("generate", "--loans", "300", "--seed", "5", "--out", str(tmp_path))
    done = call(tmp_path, *arguments, "--with-truth")
    assert done.returncode == 0
    assert "300 loans in" in done.stdout
    assert pq.read_table(tmp_path / "truth.parquet").num_rows == 300


def test_generate_names_a_folder_that_is_none(tmp_path: Path) -> None:
    """One sentence, no traceback."""
    (tmp_path / "file").write_text("")
    done = call(tmp_path, "generate", "--loans", "10", "--out", str(tmp_path / "file"))
    assert done.returncode == 1
    assert "file cannot be written into" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_generate_refuses_no_loans(tmp_path: Path) -> None:
    """A number that makes no sense is named."""
    done = call(tmp_path, "generate", "--loans", "0", "--out", str(tmp_path))
    assert done.returncode == 2
    assert "--loans" in done.stderr


def test_generate_asks_for_its_folder(tmp_path: Path) -> None:
    """An option that must be given is asked for; nothing is begun without it."""
    done = call(tmp_path, "generate")
    assert done.returncode == 2
    assert "Missing option '--out'" in done.stderr


def test_columns_prints_the_page(tmp_path: Path) -> None:
    """The contract as Markdown, as it stands in the documents."""
    page = Path(__file__).parents[2] / "docs" / "columns.md"
    assert call(tmp_path, "columns").stdout == page.read_text()


@pytest.mark.parametrize("command", ["demo", "doctor"])
def test_a_missing_source_is_one_sentence(tmp_path: Path, command: str) -> None:
    """No traceback, an exit code that scripts see, and the place."""
    done = call(tmp_path, command, RISK_SOURCE=str(tmp_path / "nowhere.csv"))
    assert done.returncode == 1
    assert "no raw file at" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("RISK_LOANS", "0", "greater than 0"),
        ("RISK_LOANS", "many", "valid integer"),
        ("RISK_API_PORT", "70000", "less than or equal to 65535"),
        ("RISK_SPARK_DRIVER_MEMORY", "much", "should match pattern"),
    ],
)
def test_a_setting_that_makes_no_sense_is_one_sentence(
    tmp_path: Path, setting: str, value: str, says: str
) -> None:
    """It names the variable and what it should be, before anything is started."""
    done = call(tmp_path, "doctor", **{setting: value})
    assert done.returncode == 1
    assert setting in done.stdout
    assert says in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_an_unknown_protocol_is_one_sentence(tmp_path: Path) -> None:
    """The answer names those that exist."""
    done = call(tmp_path, "demo", RISK_PROTOCOL="nonsense", RISK_LOANS="500")
    assert done.returncode == 1
    assert "there is no protocol 'nonsense'; there are: window12" in done.stdout

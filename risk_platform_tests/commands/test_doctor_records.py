"""The doctor on records: databases that are away, damaged, locked, or of another version."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from risk_platform.commands import records
from risk_platform.commands.doctor import examined
from risk_platform.commands.finding import Finding, Verdict
from risk_platform.commands.mends import mend_of
from risk_platform.handover.gate import Gate
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from risk_platform_tests.postgresql import Server

GARBAGE = b"this is no database, and never was one. " * 200


def decisions_of(home: Path, **changes: object) -> Finding:
    """Return what the doctor finds of decisions."""
    settings = Settings(home=home).model_copy(update=changes)
    return examined(records.decisions, settings)


@contextmanager
def kept(home: Path) -> Iterator[Gate]:
    """Make the database of decisions in a home, and give its gate."""
    with closing(open_store(f"sqlite:///{home / 'decisions.db'}")) as database:
        yield Gate(database)


def test_no_decisions_yet_are_no_illness(tmp_path: Path) -> None:
    """And looking makes no database."""
    assert decisions_of(tmp_path).verdict is Verdict.GOOD
    assert not (tmp_path / "decisions.db").exists()


def test_a_gate_that_is_open_is_well(tmp_path: Path) -> None:
    """It says so; a stop is a warning, with its reason and what lets scoring run again."""
    with kept(tmp_path) as gate:
        gate.open_first("Ada")
        assert "scoring runs (epoch 1)" in decisions_of(tmp_path).seen
        gate.pause("Ada", "odd scores")
    stopped = decisions_of(tmp_path)
    assert stopped.verdict is Verdict.WARNING
    assert "odd scores" in stopped.seen
    assert "risk-platform gate request --epoch 2" in stopped.mend


def test_a_gate_that_nobody_opened_waits_for_the_demo(tmp_path: Path) -> None:
    """As in a home that is new."""
    with kept(tmp_path):
        pass
    assert decisions_of(tmp_path).mend == "run `make demo`"


def test_a_lease_that_ended_is_told_from_a_stop(tmp_path: Path) -> None:
    """Nobody stopped anything: what looks for drift is to be started."""
    with kept(tmp_path) as gate:
        gate.open_first("Ada")
    with closing(sqlite3.connect(tmp_path / "decisions.db")) as raw, raw:
        raw.execute("UPDATE gate SET lease_until_us = 1")
    lapsed = decisions_of(tmp_path)
    assert "its lease has ended" in lapsed.seen
    assert "make up" in lapsed.mend


def test_a_damaged_database_is_amiss(tmp_path: Path) -> None:
    """Be it another file, or ours with a page that was overwritten."""
    (tmp_path / "decisions.db").write_bytes(GARBAGE)
    other = decisions_of(tmp_path)
    assert (other.verdict, "file is not a database" in other.seen) == (Verdict.BAD, True)
    assert "backup" in other.mend
    (tmp_path / "decisions.db").unlink()
    with kept(tmp_path):
        pass
    file = tmp_path / "decisions.db"
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = file.read_bytes()
    file.write_bytes(whole[:8_192] + b"\xff" * 8_192 + whole[16_384:])
    damaged = decisions_of(tmp_path)
    assert (damaged.verdict, "malformed" in damaged.seen) == (Verdict.BAD, True)


def test_a_locked_database_is_amiss(tmp_path: Path) -> None:
    """Nothing could be decided; who holds it is to be looked for."""
    with kept(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / "decisions.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = decisions_of(tmp_path)
    assert (locked.verdict, "locked" in locked.seen) == (Verdict.BAD, True)
    assert "fuser" in locked.mend


@pytest.mark.parametrize(
    ("revision", "verdict", "says"),
    [("v3", Verdict.WARNING, "log migrate"), ("v99", Verdict.BAD, "install the version")],
)
def test_a_database_of_another_version_is_told_of(
    tmp_path: Path, revision: str, verdict: Verdict, says: str
) -> None:
    """An older one is brought up to date, a later one needs a later version; neither is touched."""
    with kept(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / "decisions.db")) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = ?", [revision])
    found = decisions_of(tmp_path)
    assert found.verdict is verdict
    assert revision in found.seen
    assert says in found.mend
    with closing(sqlite3.connect(tmp_path / "decisions.db")) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,)


def test_databases_that_do_not_answer_are_told_with_their_settings(tmp_path: Path) -> None:
    """Each is somebody's to start, and no record of this machine is to be moved away."""
    away = {
        "database": SecretStr("postgresql+psycopg://desk:s3cret@127.0.0.1:1/desk"),
        "dagster_database": SecretStr("postgresql+psycopg2://dag:s3cret@127.0.0.1:1/dagster"),
        "mlflow_uri": "http://127.0.0.1:1",
    }
    settings = Settings(home=tmp_path).model_copy(update=away)
    for examination, setting in (
        (records.decisions, "RISK_DATABASE"),
        (records.runs, "RISK_DAGSTER_DATABASE"),
        (records.champion, "RISK_MLFLOW_URI"),
    ):
        found = examined(examination, settings)
        assert found.verdict is Verdict.BAD
        assert found.mend.startswith("start what should answer there")
        assert found.mend.endswith(setting)
        assert "s3cret" not in found.seen
    os.environ.pop("RISK_DAGSTER_DATABASE")


def test_a_role_without_tables_is_told_who_makes_them(tmp_path: Path, postgresql: Server) -> None:
    """In PostgreSQL a service need not own them."""
    url = postgresql.url(postgresql.new_database())
    found = decisions_of(tmp_path, database=SecretStr(url))
    assert (found.verdict, "it has no tables yet" in found.seen) == (Verdict.WARNING, True)
    assert "log migrate" in found.mend
    with closing(open_store(url)) as database:
        Gate(database).open_first("Ada")
    assert "scoring runs" in decisions_of(tmp_path, database=SecretStr(url)).seen


def test_a_damaged_record_of_runs_is_moved_away(tmp_path: Path) -> None:
    """Dagster makes a new one; nothing that was decided or published is in it."""
    settings = Settings(home=tmp_path)
    assert examined(records.runs, settings).verdict is Verdict.GOOD
    for file in (tmp_path / "dagster").rglob("*.db*"):
        file.write_bytes(GARBAGE)
    runs = examined(records.runs, settings)
    assert (runs.verdict, "not a database" in runs.seen) == (Verdict.BAD, True), runs
    assert "move $RISK_HOME/dagster away" in runs.mend


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("[Errno 28] No space left on device: 'x'", "make room"),
        ("(sqlite3.OperationalError) database or disk is full", "make room"),
        ("(sqlite3.OperationalError) attempt to write a readonly database", "may write to"),
        ("[Errno 30] Read-only file system: 'x'", "may write to"),
        ("(sqlite3.OperationalError) unable to open database file", "may write to"),
    ],
)
@pytest.mark.parametrize("what", ["disk", "runs", "champion", "decisions", "java", "tables"])
def test_a_disk_that_fails_is_what_is_to_be_mended(what: str, said: str, says: str) -> None:
    """Whatever was looked at when it did: records that are whole are not to be moved away."""
    assert says in mend_of(what, said)
    assert "RISK_HOME" in mend_of(what, said)

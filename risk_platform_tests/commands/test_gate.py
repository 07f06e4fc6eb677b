"""Stopping by hand: it waits for nobody's upgrade, and does not give up soon."""

import io
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import make_url, text

from risk_platform.commands import gate as command
from risk_platform.commands.demo import open_gate
from risk_platform.errors.handover import DeniedError, NewerDatabaseError, ServingStoppedError
from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import Cause, Trigger
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from risk_platform_tests.commands.drills.test_people import verdict
from risk_platform_tests.commands.test_commands import PROGRAM
from risk_platform_tests.handover.moves import ALL_DAY, let_pass, opened
from risk_platform_tests.handover.other_writer import other_writer
from risk_platform_tests.postgresql import Server


@pytest.fixture
def running(store_url: str) -> Iterator[Database]:
    """Return a database in which scoring runs."""
    database = open_store(store_url)
    opened(database)
    yield database
    database.close()


@pytest.fixture
def settings(running: Database, store_url: str, tmp_path: Path) -> Settings:
    """Return the settings by which the commands find it."""
    del running
    return Settings(home=tmp_path, database=SecretStr(store_url))


@contextmanager
def pausing(settings: Settings) -> Iterator["subprocess.Popen[str]"]:
    """Start the command that stops scoring, as a person does."""
    told = {"RISK_HOME": str(settings.root), "RISK_DATABASE": settings.database_url}
    arguments = [PROGRAM, "gate", "pause", "--as", "Grace", "--reason", "odd scores"]
    with subprocess.Popen(
        arguments, env=os.environ | told, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process


def assert_waits(process: "subprocess.Popen[str]") -> None:
    """See that the command says that it has not stopped scoring, and goes on."""
    assert process.stdout
    assert process.stdout.readline().startswith("not stopped yet, trying for another")


def test_a_stop_waits_for_who_holds_the_gate(running: Database, settings: Settings) -> None:
    """Longer than a transaction may take; it says so meanwhile, and stops as soon as it can."""
    with pausing(settings) as process:
        with other_writer(make_url(settings.database_url)):
            for _ in range(3):
                assert_waits(process)
        said, _ = process.communicate()
    assert (process.returncode, "scoring is stopped (epoch 2)" in said) == (0, True)
    assert not Gate(running).state().is_running


def test_a_stop_can_be_interrupted(running: Database, settings: Settings) -> None:
    """Ctrl-C ends it with a sentence; nothing is left that would stop scoring afterwards."""
    with pausing(settings) as process:
        with other_writer(make_url(settings.database_url)):
            assert_waits(process)
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate()
        assert process.returncode == 130
    assert "`risk-platform gate status` says whether scoring is stopped" in said
    assert Gate(running).state().is_running


def test_a_stop_that_may_not_be_is_said_at_once(postgresql: Server, tmp_path: Path) -> None:
    """A role without the right has none in half a minute either."""
    name = postgresql.new_database()
    open_store(postgresql.url(name)).close()
    postgresql.make_roles("nobody")
    denied = Settings(home=tmp_path, database=SecretStr(postgresql.url(name, "nobody")))
    said = io.StringIO()
    with pytest.raises(DeniedError):
        command.pause(denied, "Grace", "odd scores", Console(file=said))
    assert said.getvalue() == ""


def test_whoever_starts_a_stopped_platform_is_told(running: Database, settings: Settings) -> None:
    """By whom it was stopped, why, and what lets it run; of one that runs nothing is said."""
    said = io.StringIO()
    command.warn_if_stopped(settings, Console(file=said, width=400))
    assert said.getvalue() == ""
    Gate(running).pause("Grace", "odd scores")
    command.warn_if_stopped(settings, Console(file=said, width=400))
    for part in ("scoring is stopped (epoch 2): odd scores, by Grace at", "gate request --epoch 2"):
        assert part in said.getvalue()


def test_what_a_resume_after_drift_must_name_is_told(running: Database, settings: Settings) -> None:
    """As soon as there is a verdict of after the stop; what is told lets it run."""
    Gate(running).pause("the drift sensor", "drift", cause=Cause(trigger=Trigger.DRIFT))
    alone = settings.model_copy(update={"resume": "single"})
    for is_seen in (False, True):
        said = io.StringIO()
        if is_seen:
            DriftRecord(running).add(verdict())
        assert command.status(alone, Console(file=said, width=400)) == 1
        assert ("nobody has looked since" in said.getvalue()) is not is_seen
    (_, evidence) = said.getvalue().strip().rsplit(" --evidence ", 1)
    plea = command.Plea("Ada", "the bureau's feed was mended", Cause(evidence=evidence))
    command.resume(alone, plea, Console(file=io.StringIO()))
    assert Gate(running).state().is_running


def test_a_demo_lifts_what_came_of_itself_alone(running: Database, settings: Settings) -> None:
    """Where one person is enough: a lease that has ended, and no stop of anybody's."""
    alone = settings.model_copy(update={"resume": "single"})
    let_pass(running, ALL_DAY.lease_seconds)
    with pytest.raises(ServingStoppedError, match=r"no verdict of drift.*gate request --epoch 2"):
        open_gate(settings)
    open_gate(alone)
    assert Gate(running).state().is_running
    Gate(running).pause("Grace", "odd scores")
    with pytest.raises(ServingStoppedError, match="odd scores; once it is explained"):
        open_gate(alone)


AHEAD = ("UPDATE alembic_version SET version_num = 'v99'", "ALTER TABLE gate ADD COLUMN x INTEGER")
BEHIND = (
    "UPDATE alembic_version SET version_num = 'v2'",
    "ALTER TABLE seals DROP COLUMN since_us",
)


@pytest.mark.parametrize("steps", [AHEAD, BEHIND], ids=["a step ahead", "a step behind"])
def test_a_stop_needs_no_upgrade(
    running: Database, settings: Settings, steps: Sequence[str]
) -> None:
    """Neither an older command line nor a newer one asks for more than a gate that it knows."""
    console = Console(file=io.StringIO())
    run(running, *steps)
    before = revision(running)
    assert command.status(settings, console) == 0
    assert command.pause(settings, "Grace", "odd scores", console) == 0
    assert command.status(settings, console) == 1
    assert not Gate(running).state().is_running
    assert revision(running) == before


def test_scoring_runs_again_under_a_known_version_only(
    running: Database, settings: Settings
) -> None:
    """Letting it run is in no such hurry as stopping it."""
    Gate(running).pause("Grace", "odd scores")
    run(running, *AHEAD)
    with pytest.raises(NewerDatabaseError):
        command.approve(settings, "", "Ada", 2, Console(file=io.StringIO()))
    assert not Gate(running).state().is_running


@pytest.mark.parametrize("table", ["gate", "gate_events"])
def test_a_gate_that_is_not_understood_is_left_alone(
    running: Database, settings: Settings, table: str
) -> None:
    """A later version that names its columns otherwise is to be stopped by its own command."""
    run(running, AHEAD[0], f"ALTER TABLE {table} RENAME COLUMN by_whom TO author")
    with pytest.raises(NewerDatabaseError, match="install the version that made it"):
        command.pause(settings, "Grace", "odd scores", Console(file=io.StringIO()))


def run(database: Database, *statements: str) -> None:
    """Change a database as another version of this code would."""
    with database.writing() as connection:
        for statement in statements:
            connection.execute(text(statement))


def revision(database: Database) -> str:
    """Return at which revision it is."""
    with database.reading() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()

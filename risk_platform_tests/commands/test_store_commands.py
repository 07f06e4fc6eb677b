"""Gate, log and keys at the command line: what is said, and the exit code."""

from pathlib import Path

import pytest

from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from risk_platform_tests.commands.test_commands import call
from risk_platform_tests.handover.log.decided import decision
from risk_platform_tests.handover.moves import opened

ADA = ("--as", "Ada", "--reason", "explained: the feed was mended")


@pytest.fixture
def logged(tmp_path: Path) -> str:
    """Log a decision in a home, and return its id."""
    database = open_store(Settings(home=tmp_path).database_url)
    opened(database)
    DecisionLog(database).append([[made := decision()]])
    database.close()
    return made.id


def test_the_gate_is_moved_and_shown(tmp_path: Path) -> None:
    """Exit 1 says that scoring is stopped; who and why stand there."""
    first = call(tmp_path, "gate", "status")
    assert (first.returncode, "nobody has opened it yet" in first.stdout) == (1, True)
    assert call(tmp_path, "gate", "resume", *ADA, RISK_RESUME="single").returncode == 0
    assert call(tmp_path, "gate", "status").returncode == 0
    assert call(tmp_path, "gate", "pause", "--as", "Grace", "--reason", "[odd]").returncode == 0
    shown = call(tmp_path, "gate", "status")
    assert shown.returncode == 1
    assert "scoring is stopped (epoch 2): [odd], by Grace at" in shown.stdout
    assert "one person asks: risk-platform gate request --epoch 2" in shown.stdout


def test_two_people_resume_by_what_is_shown(tmp_path: Path) -> None:
    """Each is told what the other is to do; neither does both."""
    told = call(tmp_path, "gate", "resume", *ADA)
    assert (told.returncode, "risk-platform gate request --epoch 0" in told.stdout) == (1, True)
    asked = call(tmp_path, "gate", "request", "--epoch", "0", *ADA)
    assert asked.returncode == 0
    shown = asked.stdout.partition("risk-platform ")[2].split()
    assert "Somebody else approves that" in call(tmp_path, "gate", "status").stdout
    alone = call(tmp_path, *shown, "--as", "ada")
    assert (alone.returncode, "somebody else must" in alone.stdout) == (1, True)
    assert call(tmp_path, *shown, "--as", "Grace").returncode == 0
    assert "the lease lasts for another" in call(tmp_path, "gate", "status").stdout


def test_a_key_is_suspended_by_its_name_and_reinstated(tmp_path: Path, logged: str) -> None:
    """By one person where that is enough; scoring runs all the while."""
    del logged
    call(tmp_path, "keys", "create", "branch", "--role", "score")
    suspended = call(tmp_path, "gate", "suspend", "branch", *ADA)
    assert (suspended.returncode, "others are served on" in suspended.stdout) == (0, True)
    assert "nothing is decided for the key" in call(tmp_path, "gate", "status").stdout
    asked = call(tmp_path, "gate", "reinstate", "branch", *ADA)
    assert (asked.returncode, "somebody else approves it" in asked.stdout) == (0, True)
    alone = call(tmp_path, "gate", "reinstate", "branch", *ADA, RISK_RESUME="single")
    assert (alone.returncode, "is served again" in alone.stdout) == (0, True)
    unknown = call(tmp_path, "gate", "suspend", "nobody", *ADA)
    assert (unknown.returncode, "no API key called 'nobody'" in unknown.stdout) == (1, True)


def test_a_log_is_sealed_and_verified(tmp_path: Path, logged: str) -> None:
    """What was changed is one sentence, and exit 1."""
    assert "2 rows sealed" in call(tmp_path, "log", "seal").stdout
    whole = call(tmp_path, "log", "verify")
    assert (whole.returncode, "2 sealed rows" in whole.stdout) == (0, True)
    assert logged in call(tmp_path, "log", "show", logged).stdout
    database = open_store(Settings(home=tmp_path).database_url)
    with database.statement() as connection:
        connection.exec_driver_sql("UPDATE decisions SET pd = 0.01")
    database.close()
    broken = call(tmp_path, "log", "verify")
    assert broken.returncode == 1
    assert "changed at position 1: decision 1 was edited" in broken.stdout
    assert "Traceback" not in broken.stdout + broken.stderr


def test_a_log_without_anchors_is_not_called_whole(tmp_path: Path, logged: str) -> None:
    """Unless the chain alone is asked for."""
    del logged
    assert call(tmp_path, "log", "seal").returncode == 0
    (tmp_path / "anchors.txt").unlink()
    doubted = call(tmp_path, "log", "verify")
    assert (doubted.returncode, "vouches for that" in doubted.stdout) == (1, True)
    alone = call(tmp_path, "log", "verify", "--without-anchors")
    assert (alone.returncode, "vouches for 0 of them" in alone.stdout) == (0, True)


def test_a_restore_is_accepted(tmp_path: Path, logged: str) -> None:
    """Until then nothing is sealed, and afterwards it is told whenever the log is verified."""
    del logged
    (tmp_path / "anchors.txt").write_text(f"9 {'a' * 64} 2026-11-22T10:00:00+00:00\n")
    refused = call(tmp_path, "log", "seal")
    assert (refused.returncode, "accept-restore" in refused.stdout) == (1, True)
    given = ("log", "accept-restore", "--as", "Ada", "--reason", "the [disk] failed")
    accepted = call(tmp_path, *given)
    assert (accepted.returncode, "positions 1 to 9" in accepted.stdout) == (0, True)
    assert call(tmp_path, *given).returncode == 1
    assert call(tmp_path, "log", "seal").returncode == 0
    whole = call(tmp_path, "log", "verify")
    assert (whole.returncode, "Ada accepted that on" in whole.stdout) == (0, True)
    assert "the [disk] failed" in whole.stdout


def test_a_decision_is_held_and_released(tmp_path: Path, logged: str) -> None:
    """By its id, for a reason."""
    held = call(tmp_path, "log", "hold", logged, "--reason", "a law suit")
    assert (held.returncode, logged in held.stdout) == (0, True)
    for expected in (0, 1):
        done = call(tmp_path, "log", "release", logged, "--reason", "settled")
        assert done.returncode == expected


def test_a_key_is_made_shown_and_revoked(tmp_path: Path) -> None:
    """Its secret is on the first line, and nowhere afterwards."""
    made = call(tmp_path, "keys", "create", "branch", "--role", "score", "--role", "read")
    secret = made.stdout.splitlines()[0]
    assert secret.startswith("risk_")
    listed = call(tmp_path, "keys", "list").stdout
    assert "branch" in listed
    assert "read score" in listed
    assert secret not in listed
    assert call(tmp_path, "keys", "rotate", "branch").stdout.startswith("risk_")
    assert call(tmp_path, "keys", "revoke", "branch").returncode == 0
    assert call(tmp_path, "keys", "revoke", "branch").returncode == 1
    assert call(tmp_path, "keys", "create", "x", "--role", "all").returncode == 2


def test_an_owner_sets_up_tables_and_roles(tmp_path: Path) -> None:
    """What brings them up to date, and the SQL that gives roles their rights."""
    assert "are up to date" in call(tmp_path, "log", "migrate").stdout
    assert (tmp_path / "decisions.db").exists()
    told = call(tmp_path, "log", "grants", "--service", "scoring", "--sealer", "sealing").stdout
    assert 'GRANT SELECT, INSERT ON decisions, gate_events TO "scoring";\n' in told
    assert 'GRANT SELECT, INSERT ON seals TO "sealing";\n' in told

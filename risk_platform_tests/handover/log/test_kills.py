"""Kill -9 whoever logs: each decision that was acknowledged is in the log, once."""

import random
import subprocess
import sys
import threading
from collections import Counter

import pytest

from risk_platform.handover.clock import now_us
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.audit import Auditor
from risk_platform.handover.log.decisions import DecisionLog
from risk_platform.handover.log.seals import Sealer
from risk_platform_tests.handover.log import appender

SEED = 20_261_123


def acknowledged(url: str, manner: str, seconds: float) -> list[str]:
    """Let a process log, kill it some time after its first word, and return what it said."""
    command = [sys.executable, "-m", appender.__name__, url, manner]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        first = process.stdout.readline()
        killing = threading.Timer(seconds, process.kill)
        killing.start()
        said = first + process.stdout.read()
        killing.join()
    # The last line may have been cut off in the middle.
    return said[: said.rfind("\n") + 1].splitlines()


def lost(database: Database, url: str, manner: str, kills: int) -> int:
    """Kill again and again; return how many acknowledged decisions are not in the log once."""
    dice = random.Random(SEED)  # noqa: S311 - the same moments each time
    said = [one for _ in range(kills) for one in acknowledged(url, manner, dice.uniform(0.01, 0.3))]
    assert len(said) > kills * 10
    held = Counter(one.id for one in DecisionLog(database).window(0, now_us()))
    return sum(held[one] != 1 for one in said)


def test_what_was_acknowledged_is_logged(
    database: Database, store_url: str, gate: Gate, anchors: Anchors
) -> None:
    """After five kills on each engine; and what was logged can be sealed."""
    del gate
    assert lost(database, store_url, "safe", 5) == 0
    Sealer(database, anchors).seal()
    assert Auditor(database, anchors).audit().unsealed == 0


@pytest.mark.slow
def test_what_was_acknowledged_is_logged_after_many_kills(
    database: Database, store_url: str, gate: Gate
) -> None:
    """After 150 on each: were one in a hundred kills to lose something, we would know."""
    del gate
    assert lost(database, store_url, "safe", 150) == 0


def test_a_hasty_acknowledgement_loses_decisions(
    database: Database, store_url: str, gate: Gate
) -> None:
    """The test above can fail: it finds what was acknowledged before it was committed."""
    del gate
    assert lost(database, store_url, "hasty", 2) > 0

"""The control tower: seconds to the first paint of each page and to its last, and what axe finds.

A platform that was made by the demo is copied, and looked at first with the log that it has, then
with a million decisions of the last day. A browser opens each page anew, in a window that has seen
nothing: it says when it first painted anything, and a page is whole once its last chart is drawn.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from sqlalchemy import text

from benchmarks.figures import show
from benchmarks.watched import Figures
from risk_platform.commands.ports import free_port
from risk_platform.handover.database import Database
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from risk_platform_tests.handover.moves import opened
from risk_platform_tests.serving.control_tower.browsing import (
    HOST,
    PAGES,
    browsing,
    open_page,
    window,
)
from risk_platform_tests.waiting import wait_for

MANY = 1_000_000
TURNS = 5
GRAVE = {"serious", "critical"}
# A row as the service writes it: about two kilobytes of what was sent and what was answered.
_INPUTS, _ANSWER = "x" * 800, "y" * 1_200
_FILL = text(
    """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)
    INSERT INTO decisions (id, at_us, key_id, body_digest, inputs, features_digest, pd, points,
        verdict, reasons, model_version, model_digest, policy_version, segment, latency_us, answer)
    SELECT printf('bench-%030d', i), :since_us + i * (:span_us / :many), 'a-key', :digest, :inputs,
        :digest, 0.01 + (i % 97) / 1000.0, 540 + i % 80,
        CASE WHEN i % 10 < 7 THEN 'approve' WHEN i % 10 < 9 THEN 'refer' ELSE 'decline' END,
        '[]', 1, :digest, 'a-policy', 1 + i % 3, 1500 + (i % 211) * 20, :answer
    FROM n"""
)
_DAY_US = 86_400_000_000
_FIRST_PAINT_MS = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def run(home: str = "") -> None:
    """Measure and show; ``home`` is a platform that the demo made, RISK_HOME by default."""
    with copied(Path(home) if home else Settings().root) as copy, browsing() as browser:
        with served(copy) as port:
            rows = {name: _painted(browser, port, page) for page, name in PAGES.items()}
        for file in copy.glob("decisions.db*"):
            file.unlink()
        fill(Settings(home=copy), MANY)
        with served(copy) as port:
            for page, name in PAGES.items():
                rows[name] |= _painted(browser, port, page, ", 1 million decisions")
                rows[name]["axe: serious"] = _grave(browser, port, page)
    show("tower", rows)


@contextmanager
def copied(home: Path) -> Iterator[Path]:
    """Copy a platform, but for Dagster's own record of its runs, which the tower does not read."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "home"
        shutil.copytree(home, copy, ignore=shutil.ignore_patterns("dagster"))
        yield copy


def fill(settings: Settings, many: int) -> None:
    """Fill the log with decisions of the last day, each as large as the service writes them."""
    with closing(open_store(settings.database_url)) as database:
        opened(database)
        _insert(database, many)


@contextmanager
def served(home: Path) -> Iterator[int]:
    """Run service and tower of a home, and give the tower's port."""
    api, tower = free_port(HOST, 0), free_port(HOST, 0)
    told = {"RISK_HOME": str(home), "RISK_API_PORT": str(api), "RISK_TOWER_PORT": str(tower)}
    environment = os.environ | told | {"RISK_DRILLS": "true", "RISK_LEASE_SECONDS": "86400"}
    started = [
        subprocess.Popen([sys.executable, "-m", module], env=environment, stderr=subprocess.DEVNULL)
        for module in ("serving", "serving.control_tower")
    ]
    try:
        wait_for(f"http://{HOST}:{api}/health/live", 120)
        wait_for(f"http://{HOST}:{tower}/_stcore/health", 120)
        yield tower
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)


def _painted(browser: Browser, port: int, page: str, when: str = "") -> Figures:
    """Return the medians of the seconds until a page is painted at all, and as a whole."""
    first, whole = zip(*(_seconds(browser, port, page) for _ in range(TURNS)), strict=True)
    return {f"first s{when}": median(first), f"whole s{when}": median(whole)}


def _seconds(browser: Browser, port: int, page: str) -> tuple[float, float]:
    with window(browser) as tab:
        began = time.perf_counter()
        open_page(tab, f"http://{HOST}:{port}/{page}")
        whole = time.perf_counter() - began
        return tab.evaluate(_FIRST_PAINT_MS) / 1_000, whole


def _grave(browser: Browser, port: int, page: str) -> int:
    """Return how many rules of weight a page breaks by axe, light and dark."""
    found: set[str] = set()
    for dark in (False, True):
        with window(browser, dark=dark) as tab:
            open_page(tab, f"http://{HOST}:{port}/{page}")
            violations = Axe().run(tab).response["violations"]
            found |= {one["id"] for one in violations if one["impact"] in GRAVE}
    return len(found)


def _insert(database: Database, many: int) -> None:
    since_us = time.time_ns() // 1_000 - _DAY_US
    told = {"many": many, "since_us": since_us, "span_us": _DAY_US, "digest": "d" * 64}
    with database.writing() as connection:
        connection.execute(_FILL, told | {"inputs": _INPUTS, "answer": _ANSWER})


if __name__ == "__main__":
    run(*sys.argv[1:])

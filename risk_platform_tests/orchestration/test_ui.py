"""The UI: all is to be seen there and launched from there, by a person with a browser."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from risk_platform.commands.ports import free_port
from risk_platform.orchestration.tags import PROTOCOL
from risk_platform.orchestration.versions import DATA_VERSION
from risk_platform_tests.serving.running import wait_until
from risk_platform_tests.waiting import wait_for

pytest.importorskip("playwright", reason="playwright is not installed")
from playwright.sync_api import Page, sync_playwright

PROGRAM = Path(sys.executable).with_name("risk-platform")
HOST = "127.0.0.1"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# The machine may be busy, and a run starts a process of its own.
SECONDS = 180
LAST_RUN = "{runsOrError(limit: 1) {... on Runs {results {status tags {key value}}}}}"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine"),
]


@pytest.fixture(scope="module")
def ui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of Dagster's pages; everything runs, on a home of its own."""
    ports = {name: str(free_port(HOST, 0)) for name in ("DAGSTER", "MLFLOW", "API", "TOWER")}
    environment = os.environ | {f"RISK_{name}_PORT": port for name, port in ports.items()}
    environment |= {"RISK_HOME": str(tmp_path_factory.mktemp("home")), "RISK_LOANS": "300"}
    environment |= {"RISK_EXPORTER_PORT": "0"}
    process = subprocess.Popen([PROGRAM, "up"], env=environment, stdout=subprocess.DEVNULL)
    address = f"http://{HOST}:{ports['DAGSTER']}"
    try:
        wait_for(f"{address}/server_info", SECONDS)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


@pytest.fixture(scope="module")
def page(ui: str) -> Iterator[Page]:
    """Return a page of a browser that nobody sees."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(base_url=ui, viewport={"width": 1600, "height": 1200})
        context.set_default_timeout(SECONDS * 1_000)
        yield context.new_page()
        browser.close()


def test_the_asset_graph_shows_every_stage(page: Page) -> None:
    """Lineage opens with the groups, and each group with its assets."""
    page.goto("/asset-groups")
    for group in ("ingest", "split", "features", "models", "evaluation", "registry", "serving"):
        page.get_by_text(group, exact=True).first.wait_for()
    page.goto("/locations/risk_platform/asset-groups/ingest")
    for asset in ("loan_files", "raw_loans", "quarantined_loans", "cleaned_loans"):
        page.get_by_text(asset, exact=True).first.wait_for()


def test_files_are_observed_from_the_ui(page: Page) -> None:
    """The button on the page of the raw files looks at them."""
    page.goto("/assets/loan_files")
    never = page.get_by_text("Never observed").first
    never.wait_for()
    page.locator("button", has_text="Observe").click()
    never.wait_for(state="detached")


def test_loans_are_landed_from_the_ui(page: Page) -> None:
    """A materialisation that is launched with the mouse succeeds, and its run is tagged."""
    page.goto("/assets/raw_loans")
    page.locator("button", has_text="Materialize").click()
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("Never materialized").wait_for(state="detached")
    page.goto("/runs")
    page.get_by_text("Success").first.wait_for()
    # The page may say so of the step that has ended, and of the run a moment later.
    wait_until(lambda: last_run(page)["status"] == "SUCCESS", SECONDS)
    run = last_run(page)
    assert {PROTOCOL, DATA_VERSION} <= {tag["key"] for tag in run["tags"]}


def last_run(page: Page) -> dict[str, Any]:
    """Return what Dagster says of the run that was launched last."""
    answer = page.request.post("/graphql", data={"query": LAST_RUN}).json()
    (run,) = answer["data"]["runsOrError"]["results"]
    return run


def test_schedules_and_sensors_wait_to_be_switched_on(page: Page) -> None:
    """The page of automations lists them all."""
    page.goto("/automation")
    for name in ("monthly_refresh", "daily_watch", "refresh_on_new_files", "alert_on_failure"):
        page.get_by_text(name, exact=True).first.wait_for()

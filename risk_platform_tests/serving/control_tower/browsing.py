"""Browsing the tower: headless Chromium, and pages that are opened until all of them is drawn."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

HOST = "127.0.0.1"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# The end of its address, and its title.
PAGES = {
    "": "Today",
    "score-one": "Score one",
    "portfolio": "Portfolio",
    "policy": "Policy",
    "model": "Model",
    "drift": "Drift",
    "governance": "Governance",
    "drills": "Drills",
}
SECONDS = 180
# Streamlit says in the page whether a script still runs; placeholders stand for what is to come,
# and a chart is a frame until its lines are in it.
_DRAWN = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    const charts = [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')];
    return app && app.dataset.testScriptState === 'notRunning'
        && !document.querySelector('[data-testid="stSkeleton"]')
        && charts.every(chart => chart.offsetParent === null || chart.querySelector('canvas, svg'));
}"""


@contextmanager
def browsing() -> Generator[Browser]:
    """Run a browser that nobody sees."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def window(browser: Browser, *, width: int = 1440, dark: bool = False) -> Generator[Page]:
    """Open a window that has seen nothing yet."""
    scheme = "dark" if dark else "light"
    size = {"width": width, "height": 1000}
    with browser.new_context(viewport=size, color_scheme=scheme) as context:  # pyright: ignore[reportArgumentType]
        context.set_default_timeout(SECONDS * 1_000)
        yield context.new_page()


def open_page(page: Page, address: str) -> None:
    """Open an address, and wait until all of it is drawn."""
    page.goto(address)
    page.locator("h1").first.wait_for()
    wait_until_drawn(page)


def wait_until_drawn(page: Page) -> None:
    """Wait until nothing of a page is still to come."""
    page.wait_for_function(_DRAWN)

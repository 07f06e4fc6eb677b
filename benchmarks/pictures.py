"""Pictures: pages of the control tower as the documents show them.

``python -m benchmarks.pictures HOME`` serves a copy of a platform that the demo made of generated
loans, and writes its pages into ``docs/pictures``. One of other loans is refused: no row of
anybody's real data is shown.
"""

import csv
import io
import sys
from contextlib import closing
from pathlib import Path

import pyarrow.dataset as ds
from PIL import Image
from playwright.sync_api import Browser

from benchmarks.tower import copied, served
from risk_platform.handover.gate import Gate
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings
from risk_platform.sources.generator.generate import GENERATED_FILE
from risk_platform_tests.handover.moves import ALL_DAY, resumed
from risk_platform_tests.serving.control_tower.browsing import HOST, browsing, open_page, window

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
# What is shown: the page, whether dark, and which part of it, from the top on.
PICTURES = {
    "today": ("", False, 900),
    "score-one": ("score-one", False, 900),
    "policy": ("policy", True, 900),
    "drift": ("drift", False, 900),
}


def run(home: Path) -> None:
    """Take all pictures of a platform."""
    if not is_generated(home):
        sys.exit("These loans were not generated: pictures are of a home that `make demo` made.")
    with copied(home) as copy, browsing() as browser:
        _let_run(Settings(home=copy))
        FOLDER.mkdir(exist_ok=True)
        with served(copy) as port:
            for name, (page, dark, height) in PICTURES.items():
                picture = _picture(browser, f"http://{HOST}:{port}/{page}", height, dark=dark)
                (FOLDER / f"{name}.png").write_bytes(picture)


def is_generated(home: Path) -> bool:
    """Whether each loan of a platform stands in a file that it has generated."""
    files = home.glob(f"generated/*/{GENERATED_FILE}")
    # The first column of this layout is a row's number, and the second its loan's.
    lines = (row for file in files for row in csv.reader(file.open(newline="")))
    drawn = {cell for row in lines for cell in row[1:2]}
    parts = [str(part) for part in home.glob("tables/raw_loans/**/*.parquet")]
    kept = {str(one).strip() for one in ds.dataset(parts).to_table(["id"])["id"].to_pylist()}
    return bool(kept) and kept <= drawn


def _let_run(settings: Settings) -> None:
    """Let scoring run in a copy, for whose home it may have stopped."""
    with closing(open_store(settings.database_url)) as database:
        gate = Gate(database, ALL_DAY)
        if not gate.look().is_running:
            resumed(gate)


def _picture(browser: Browser, address: str, height: int, *, dark: bool) -> bytes:
    """Return a page as PNG, in as few colours as it needs."""
    with window(browser, dark=dark) as tab:
        tab.set_viewport_size({"width": 1440, "height": height})
        open_page(tab, address)
        taken = Image.open(io.BytesIO(tab.screenshot()))
    written = io.BytesIO()
    taken.convert("RGB").quantize(256).save(written, "PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    run(Path(sys.argv[1]))

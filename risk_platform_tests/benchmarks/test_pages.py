"""Pages: tables of figures stand in the documents as the benchmarks have found them."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from benchmarks.pages import DOCUMENTS, Found, Machine, filled, published

FOUND = Found(
    name="serving",
    measured_at=datetime(2026, 11, 22, tzinfo=UTC),
    machine=Machine(cores=2, python="3.11.7"),
    figures={
        "echo": {"of the echo": 1, "requests/s": 8_330.4},
        "ours": {"of the echo": 0.3106, "requests/s": 2_570.0},
        "MLServer": {"missing": "it does not start"},
    },
)
PAGE = """Before.

<!-- figures {"of": "serving", "columns": ["requests/s", "of the echo"], "rows": "echo|ou*"} -->
what stood here
<!-- end of figures -->

After.
"""


def test_a_table_is_written_where_it_is_wanted() -> None:
    """Its columns and rows alone, with when and how it was measured; all else stays."""
    page = filled(PAGE, {"serving": FOUND})
    assert "|  | requests/s | of the echo |\n" in page
    assert "| echo | 8,330 | 1 |\n| ours | 2,570 | 0.311 |\n" in page
    assert "MLServer" not in page
    assert "what stood here" not in page
    assert "on 22 November 2026 by `python -m benchmarks serving` (2 cores" in page
    assert (page[:9], page[-8:]) == ("Before.\n\n", "\nAfter.\n")
    assert filled(page, {"serving": FOUND}) == page


def test_a_word_stands_where_there_is_no_figure() -> None:
    """Without a choice all rows and columns are there."""
    page = filled('<!-- figures {"of": "serving"} -->\n<!-- end of figures -->', {"serving": FOUND})
    assert "| MLServer |  |  | it does not start |" in page


@pytest.mark.parametrize(
    ("name", "benchmark"),
    [("serving_aims", "serving"), ("champion_60000", "champion"), ("first_run", "first_run")],
)
def test_a_table_names_the_benchmark_that_shows_it(name: str, benchmark: str) -> None:
    """Also where a benchmark shows several, or has two words for its name."""
    page = f'<!-- figures {{"of": "{name}"}} -->\n<!-- end of figures -->'
    found = {name: msgspec.structs.replace(FOUND, name=name)}
    assert f"by `python -m benchmarks {benchmark}` (" in filled(page, found)


def test_what_was_never_published_is_not_passed_over() -> None:
    """A table of nothing would look like one of no figures."""
    with pytest.raises(KeyError, match="serving"):
        filled(PAGE, {})


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_documents_show_what_was_published(page: Path) -> None:
    """Nobody has typed a figure into a table, nor forgotten to write it anew."""
    text = page.read_text()
    assert filled(text, published()) == text

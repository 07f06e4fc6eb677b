"""A folder of scores: files count when they are done, and all are of one model."""

from pathlib import Path

import pytest

from risk_platform.commands.portfolio import FileScores, Portfolio, key_of
from risk_platform.errors.portfolios import BusyPortfolioError, OtherModelError
from risk_platform.sources.raw_file import RawFile

REPORT = FileScores(
    file="a.csv",
    sha256="0" * 64,
    records=10,
    scored=7,
    quarantined={"issue_d is missing": 1},
    no_loan={"blank line": 2},
)


@pytest.fixture
def portfolio(tmp_path: Path) -> Portfolio:
    """Return an empty folder of version 3."""
    return Portfolio(tmp_path / "scores of May", 3, "c" * 64)


def fill(portfolio: Portfolio, key: str, text: str) -> None:
    """Fill in one file's scores."""
    with portfolio.filling() as (_, scores, _quarantine):
        scores.mkdir()
        (scores / "part.parquet").write_text(text)
        portfolio.finish(key, REPORT)


def test_what_is_done_stays_done(portfolio: Portfolio) -> None:
    """The next command finds its report, and the summary adds it up."""
    with portfolio.opened():
        assert portfolio.done("a") is None
        fill(portfolio, "a", "rows")
    with portfolio.opened():
        assert portfolio.done("a") == REPORT
    summary = portfolio.summary()
    assert (summary.records, summary.scored, summary.quarantined, summary.no_loan) == (10, 7, 1, 2)
    assert (portfolio.folder / "summary.json").is_file()


def test_what_was_filled_and_not_finished_does_not_count(portfolio: Portfolio) -> None:
    """Rows without a report, as a killed command leaves them, are replaced by the next one's."""
    with portfolio.opened():
        fill(portfolio, "a", "half")
        (portfolio.folder / "done" / "a.json").unlink()
        fill(portfolio, "a", "whole")
    (rows,) = portfolio.folder.glob("scores/*/*.parquet")
    assert rows.read_text() == "whole"


def test_another_model_is_refused(portfolio: Portfolio) -> None:
    """Its rows would stand among those of the first; the sentence says what to do."""
    with portfolio.opened():
        pass
    other = Portfolio(portfolio.folder, 4, "d" * 64)
    with pytest.raises(OtherModelError, match="holds scores of version 3"), other.opened():
        pass


def test_two_commands_do_not_fill_one_folder(portfolio: Portfolio) -> None:
    """The second one is refused."""
    again = Portfolio(portfolio.folder, 3, "c" * 64)
    with portfolio.opened(), pytest.raises(BusyPortfolioError), again.opened():
        pass


def test_a_file_is_known_by_all_that_is_read_of_it() -> None:
    """Its bytes, which member of an archive it is, and how it is decoded; its place is nothing."""
    raw = RawFile(Path("/one/a b.zip"), "x.csv")
    assert key_of(raw, "0" * 64).startswith("x.csv-")
    assert key_of(raw, "0" * 64) == key_of(RawFile(Path("/other/a b.zip"), "x.csv"), "0" * 64)
    others = (
        key_of(raw, "1" * 64),
        key_of(RawFile(raw.path, "y.csv"), "0" * 64),
        key_of(RawFile(raw.path, "x.csv", encoding="latin-1"), "0" * 64),
    )
    assert len({key_of(raw, "0" * 64), *others}) == 4

"""The bake-off follows every protocol that the loans allow, and compares none with another."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from rich.console import Console

from risk_platform.commands.bakeoff import chosen, incredible, league, notes, run
from risk_platform.contract.protocols import MATURED36, PROTOCOLS, SEED, WINDOW12
from risk_platform.contract.splits import Cuts, Split, SplitPlan, Volume
from risk_platform.errors.protocols import (
    IncomparableProtocolsError,
    SplitDatesError,
    UnknownProtocolError,
)
from risk_platform.evaluation.league import Entry, Unworkable, best
from risk_platform.evaluation.report import judge
from risk_platform.settings import Settings
from risk_platform_tests.evaluation.test_report import TEST, VALIDATION


@pytest.mark.slow
def test_each_protocol_has_its_row(tmp_path: Path, spark: SparkSession) -> None:
    """Generated loans can be divided by all of them; the source is named."""
    del spark
    shown = io.StringIO()
    settings = Settings(home=tmp_path, loans=20_000, spark_master="local[2]")
    assert run(settings, [], Console(file=shown, width=120)) == 0
    printed = shown.getvalue()
    assert "on 20,000 generated loans, seed 7" in printed
    assert [name for name in PROTOCOLS if f"{name} " not in printed] == []
    assert "stratified: training looks ahead" in printed


JUDGED = judge("window12", VALIDATION, TEST)


def entry(auc: float, label: str = "window12") -> Entry:
    """Return a row of a league."""
    plan = SplitPlan(
        protocol=label,
        division=Cuts(570, 585),
        volumes=dict.fromkeys(Split, Volume(loans=200, known=150, defaults=9, months_observed=14)),
    )
    judged = replace(JUDGED, protocol=label, auc=replace(JUDGED.auc, value=auc))
    return Entry(protocol=WINDOW12, plan=plan, loans=150, report=judged)


def test_a_row_shows_how_ripe_its_loans_are() -> None:
    """Beside every figure: the loans, the months that the youngest was seen, the share open."""
    shown = io.StringIO()
    Console(file=shown, width=120).print(league([entry(0.7)], "a.csv"))
    row = next(line for line in shown.getvalue().splitlines() if "window12" in line)
    assert row.split()[:4] == ["window12", "150", "14", "25%"]


def test_what_cannot_be_followed_is_said() -> None:
    """With the reason, below the table; so are dates that are not a protocol's own."""
    found = [
        Unworkable(protocol=MATURED36, why="these data hold no loan"),
        replace(entry(0.7), protocol=SEED.with_dates("2014-09,2014-12")),
    ]
    first, second = notes(found)
    assert first == "matured36: these data hold no loan."
    assert second.startswith("seed: validation from 2014-09, test from 2014-12; loans that ended")


def test_what_no_honest_model_reaches_is_said() -> None:
    """And nothing of what one may."""
    assert [*incredible([entry(0.75), Unworkable(protocol=SEED, why="none")])] == []
    (said,) = incredible([entry(0.93)])
    assert said.startswith("window12: an AUC of 0.930 is more than is credible (0.80)")


def test_the_best_of_one_protocol_is_found() -> None:
    """By its AUC on test."""
    assert best([entry(0.7), entry(0.72), entry(0.71)]).report.auc.value == 0.72


def test_figures_of_two_protocols_are_not_compared() -> None:
    """Nor are those of one protocol under two dates."""
    with pytest.raises(IncomparableProtocolsError, match="do not compare: window12; seed"):
        best([entry(0.7), entry(0.72, "seed")])


def test_dates_are_given_to_whom_they_fit() -> None:
    """Asked for all, one that draws at random keeps its draw; asked by name it refuses."""
    labels = [protocol.label for protocol in chosen([], "2014-09,2014-12")]
    assert labels[-1] == "stratified"
    assert all("validation from 2014-09" in label for label in labels[:-1])
    with pytest.raises(SplitDatesError):
        chosen(["stratified"], "2014-09,2014-12")
    with pytest.raises(SplitDatesError, match="give two months"):
        chosen([], "soon")


def test_an_unknown_protocol_is_refused_before_anything_runs() -> None:
    """The sentence names those that are."""
    with pytest.raises(UnknownProtocolError, match="there is no protocol 'windows'"):
        chosen(["windows"], "")

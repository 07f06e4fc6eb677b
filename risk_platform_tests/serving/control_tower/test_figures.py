"""Figures: charts are made of numbers alone, and hold every number that they were given."""

from datetime import UTC, datetime, timedelta
from typing import Any

import altair as alt
import pytest

from risk_platform.handover.clock import to_us
from risk_platform.handover.drift import DriftVerdict, Light
from risk_platform.handover.log.tallies import Glimpse
from serving.control_tower.figures import (
    decisions,
    drifts,
    frontier,
    judged,
    league,
    scores,
    vintages,
)
from serving.control_tower.figures.spoken import spoken
from serving.control_tower.language import Language, Speech
from serving.control_tower.sources import views

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
VERDICTS = {"approve": "approved", "refer": "referred", "decline": "declined"}


def glimpse(minutes: float, verdict: str = "approve", **changes: Any) -> Glimpse:
    """Return a decision so many minutes after noon."""
    given: dict[str, Any] = {"pd": 0.1, "points": 560, "latency_us": 2_000, "segment": 1}
    at_us = to_us(NOON + timedelta(minutes=minutes))
    return Glimpse(**{**given, "model_version": 1, **changes}, at_us=at_us, verdict=verdict)


def rows(chart: Any, layer: int | None = None) -> list[dict[str, Any]]:
    """Return the numbers that a chart, or one of its layers, is drawn from."""
    drawn = chart.to_dict()
    of = drawn if layer is None else drawn["layer"][layer]
    named = of.get("data") or drawn["data"]
    return named["values"] if "values" in named else drawn["datasets"][named["name"]]


def interval(value: float) -> views.Interval:
    """Return an interval around a value."""
    return views.Interval(value=value, low=value * 0.9, high=value * 1.1)


def part(name: str, mean_pd: float, default_rate: float) -> views.Slice:
    """Return a hundred loans."""
    return views.Slice(
        name=name,
        loans=100,
        defaults=round(100 * default_rate),
        months_observed=12,
        mean_pd=mean_pd,
        default_rate=default_rate,
        auc=None,
    )


def cut_off(points: int, share: float) -> views.CutOff:
    """Return a cut-off whose figures follow from its share."""
    swap = views.Swap(loans=1.5, defaults=0.5, loss=100.0)
    return views.CutOff(
        points=points,
        loans=int(1_000 * share),
        share=share,
        mean_pd=share / 10,
        default_rate=interval(share / 10),
        loss=interval(share * 1e5),
        expected_loss=None,
        incumbent_default_rate=interval(share / 9),
        incumbent_loss=interval(share * 1.1e5),
        profit=None,
        incumbent_profit=None,
        swapped_in=swap,
        swapped_out=swap,
    )


CUT_OFFS = (cut_off(600, 0.2), cut_off(560, 0.7), cut_off(500, 1.0))


def test_what_decisions_were_like_is_told_by_all_of_them() -> None:
    """By hand: two of three approved, mean PD 0.2."""
    given = [glimpse(0), glimpse(1), glimpse(2, "decline", pd=0.4, latency_us=8_000)]
    found = decisions.told(given)
    assert found.approved == pytest.approx(2 / 3)
    assert found.mean_pd == pytest.approx(0.2)
    assert found.median_ms == pytest.approx(2.0)
    assert found.slow_ms is not None
    assert found.slow_ms >= 7.9


@pytest.mark.parametrize("given", [[], [glimpse(0)]])
def test_few_decisions_are_told_too(given: list[Glimpse]) -> None:
    """None of them has no figures; one has its own."""
    found = decisions.told(given)
    assert found.seen == len(given)
    assert (found.median_ms is None) == (not given)


def test_times_end_behind_now_and_stay_where_they_are() -> None:
    """Half an hour each: a minute later the same counts are asked for."""
    first = decisions.edges(NOON, timedelta(hours=24), 48)
    later = decisions.edges(NOON + timedelta(minutes=29), timedelta(hours=24), 48)
    assert first == later
    assert len(first) == 49
    assert first[-1] == NOON + timedelta(minutes=30)
    assert first[1] - first[0] == timedelta(minutes=30)


def test_decisions_fall_into_their_times() -> None:
    """What is outside of all falls into none."""
    bounds = [NOON + timedelta(minutes=10 * n) for n in range(4)]
    found = decisions.buckets(
        [glimpse(-1), glimpse(0), glimpse(9.9), glimpse(10), glimpse(30)], bounds
    )
    assert [len(one) for one in found] == [2, 1, 0]


def test_the_charts_of_today_hold_every_number() -> None:
    """Counts, shares that add up to one, gaps where nothing was decided."""
    bounds = [NOON + timedelta(minutes=10 * n) for n in range(4)]
    assert [row["decisions"] for row in rows(decisions.volume_chart(bounds, [5, 0, 7], "n"))] == [
        5,
        0,
        7,
    ]
    times = [[glimpse(0), glimpse(1, "refer")], [], [glimpse(20, "decline")]]
    mixed = rows(decisions.mix_chart(bounds, times, VERDICTS, "share"))
    assert sum(row["share"] for row in mixed) == pytest.approx(2.0)
    line = decisions.line_chart(bounds, {"pd": [0.1, None, 0.3]}, ["red"], "PD", as_share=True)
    assert [row["value"] for row in rows(line)] == [0.1, None, 0.3]


def test_reasons_are_drawn_in_their_order() -> None:
    """The one that took most points first."""
    chart = scores.reasons_chart([("debts", 12.34), ("history", 3.0)], "points", "about")
    assert [(row["reason"], row["points"]) for row in rows(chart)] == [
        ("debts", 12.3),
        ("history", 3.0),
    ]
    assert chart.to_dict()["layer"][0]["encoding"]["y"]["sort"] == ["debts", "history"]


@pytest.mark.parametrize("points", [300, 545, 900])
def test_the_ladder_has_a_place_for_any_score(points: int) -> None:
    """However far out."""
    chart = scores.ladder_chart(points, (560, 540), VERDICTS, "about")
    low, high = chart.to_dict()["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert low < points < high
    assert [row["series"] for row in rows(chart, 0)] == ["declined", "referred", "approved"]


def test_points_are_counted_by_what_became_of_them() -> None:
    """In steps of five."""
    scored = [(561, "approve"), (562, "approve"), (541, "refer")]
    chart = scores.points_chart(scored, VERDICTS, ("points", "applications"))
    found = {(row["points"], row["series"]): row["applications"] for row in rows(chart)}
    assert found == {(560, "approved"): 2, (540, "referred"): 1}


def curve(name: str, months: int) -> views.VintageCurve:
    """Return a vintage that was observed for so long."""
    return views.VintageCurve(
        name=name,
        loans=100,
        defaults=months,
        months_observed=months,
        is_mature=months >= 12,
        defaulted=tuple(month / 100 for month in range(1, months + 1)),
    )


def test_young_vintages_are_marked_and_end_where_they_are_known() -> None:
    """By a word, not by a dash alone."""
    chart = vintages.vintage_chart(
        [curve("old", 24), curve("new", 6)], 12, ("m", "s"), ("mature", "young"), "about"
    )
    found = rows(chart, 0)
    assert {row["series"]: row["kind"] for row in found} == {"old": "mature", "new": "young"}
    assert max(row["month"] for row in found if row["series"] == "new") == 6


def test_of_many_vintages_the_newest_are_drawn_and_some_of_the_others() -> None:
    """A dozen lines can be told apart."""
    many = [curve(f"{n:03d}", 12) for n in range(50)] + [curve("none", 0)]
    shown = [one.name for one in vintages.shown_vintages(many)]
    assert len(shown) == vintages.MOST_LINES
    assert shown[-6:] == [f"{n:03d}" for n in range(44, 50)]
    assert shown == sorted(shown)


def test_expected_and_actual_stand_side_by_side() -> None:
    """For parts of the loans, and for their losses."""
    chart = vintages.expectation_chart([part("1 a", 0.1, 0.12)], ("pd", "rate"), "t", "about")
    assert {row["series"]: row["value"] for row in rows(chart)} == {"pd": 0.1, "rate": 0.12}
    row = views.LossRow(name="A", loans=9, defaults=1, expected=5.0, realised=7.0)
    chart = vintages.losses_chart([row], ("expected", "realised"), "USD", "about")
    assert {row["series"]: row["usd"] for row in rows(chart)} == {"expected": 5.0, "realised": 7.0}


def test_a_frontier_has_a_line_for_each_way_and_marks_what_is_in_force() -> None:
    """The model's with its interval."""
    chart = frontier.frontier_chart(
        CUT_OFFS,
        (("model", lambda of: of.loss), ("grade", lambda of: of.incumbent_loss)),
        ("approved", "loss"),
        [("in force", CUT_OFFS[1])],
    )
    found = rows(chart, 0)
    assert len(found) == 6
    assert found[0]["low"] < found[0]["value"] < found[0]["high"]
    assert [row["label"] for row in rows(chart, 2)] == ["in force 560"]


def test_what_no_cut_off_tells_is_not_drawn() -> None:
    """No line at zero."""
    chart = frontier.frontier_chart(
        CUT_OFFS,
        (("model", lambda of: of.profit), ("grade", lambda of: of.incumbent_profit)),
        ("approved", "profit"),
        [],
    )
    assert rows(chart, 0) == []


def test_calibration_shows_what_chance_allows() -> None:
    """By hand: 1.96 standard errors of 10 % among a hundred."""
    chart = judged.calibration_chart([part("A", 0.1, 0.2)], ("pd", "rate"), "t", "about")
    (row,) = rows(chart, 0)
    assert row["high"] == pytest.approx(0.1 + 1.96 * 0.03)
    assert (row["pd"], row["rate"]) == (0.1, 0.2)


def test_curves_and_deciles_hold_their_points() -> None:
    """And the diagonal."""
    line = views.Curve(x=(0.0, 0.5, 1.0), y=(0.0, 0.8, 1.0))
    chart = judged.curves_chart({"model": line}, ("x", "y"), "about", with_diagonal=True)
    assert [row["y"] for row in rows(chart, 1)] == [0.0, 0.8, 1.0]
    deciles = [views.Bin(loans=10, mean_pd=0.1, default_rate=0.3)]
    assert [row["rate"] for row in rows(judged.reliability_chart(deciles, ("x", "y"), "a"), 1)] == [
        0.3
    ]


def test_standings_and_shifts_are_told_in_words_and_numbers() -> None:
    """What is beyond chance and custom is named."""
    chart = judged.standings_chart([("a", interval(0.7))], "a", "AUC", "about")
    assert rows(chart)[0]["low"] == pytest.approx(0.63)
    shifts = [
        views.Shift(name="x", loans=10, psi=0.05, chance=0.01),
        views.Shift(name="y", loans=10, psi=0.2, chance=0.1),
    ]
    chart = judged.shifts_chart(shifts, ("stable", "shifted"), "PSI", "about")
    assert [row["series"] for row in rows(chart)] == ["stable", "shifted"]


def finding(name: str, ks: float | None, *, suspected: bool = False) -> views.DriftFinding:
    """Return a signal of drift."""
    return views.DriftFinding(
        signal=views.Signal(input=name, aspect="values"),
        distance=views.Distance(ks=ks, js=0.1, psi=0.2, psi_by_chance=None),
        p_adjusted=0.5,
        is_suspected=suspected,
        is_confirmed=False,
    )


def test_what_is_suspected_comes_before_what_is_merely_far() -> None:
    """Then the farthest."""
    given = [finding("far", 0.4), finding("near", 0.01), finding("suspect", 0.1, suspected=True)]
    assert [one.signal.input for one in drifts.farthest(given, 2)] == ["suspect", "far"]
    chart = drifts.inputs_chart(given, ("c", "s", "w"), {"values": "values"}, ("d", "t"))
    assert [row["series"] for row in rows(chart)] == ["w", "w", "s"]


def test_an_input_without_an_order_is_told_by_its_psi() -> None:
    """KS wants an order."""
    assert drifts.reach(finding("label", None)) == 0.2


def test_the_history_of_drift_names_each_light() -> None:
    """A colour alone tells some readers nothing."""
    verdict = DriftVerdict(
        light=Light.RED,
        sentence="Scoring must stop",
        since_us=0,
        until_us=1,
        decisions=2_000,
        model_version=1,
        model_digest="d" * 64,
        share=0.2,
        threshold=0.01,
        drifted=("dti",),
    )
    names = {"green": "verde", "amber": "ámbar", "red": "rojo", "insufficient": "faltan"}
    chart = drifts.history_chart([verdict], names, ("share", "limit"))
    assert rows(chart)[0]["series"] == "rojo"


def drill(
    verdict: str, seconds: float | None, recovery: views.Recovery | None = None
) -> views.Drill:
    """Return a drill."""
    none = views.Counts(sent=0, decided=0, decisions=0, refused=0, stopped=0, failed=0)
    observed = views.Observed(bad=none, ordinary=none, false_alarms=0, stop=None, recovery=recovery)
    return views.Drill(
        scenario=verdict,
        about="",
        verdict=verdict,
        sentence="",
        observed=observed,
        seconds=seconds,
        at="",
        model_version=1,
    )


def test_a_drill_fails_where_the_platform_did_not_do_what_it_is_for() -> None:
    """Missed, a false alarm, or no recovery."""
    none = views.Counts(sent=10, decided=3, decisions=3, refused=0, stopped=0, failed=7)
    ill = views.Recovery(seconds=1.0, ordinary=none, is_stopped_again=False)
    assert not league.has_failed(drill("detected", 1.0))
    assert league.has_failed(drill("not detected", None))
    assert league.has_failed(drill("false alarm", None))
    assert league.has_failed(drill("detected", 1.0, ill))


def test_the_league_draws_those_that_were_noticed() -> None:
    """Who never noticed has no bar, and stands in the table."""
    given = [drill("detected", 2.5), drill("not detected", None)]
    chart = league.league_chart(given, ("passed", "failed", "skipped"), "seconds")
    assert [(row["seconds"], row["series"]) for row in rows(chart)] == [(2.5, "passed")]


def test_every_chart_says_what_it_shows() -> None:
    """To those who cannot see it."""
    charts: list[alt.TopLevelMixin] = [
        scores.reasons_chart([("debts", 1.0)], "points", "which reasons"),
        judged.standings_chart([("a", interval(0.7))], "a", "AUC", "which models"),
    ]
    assert [one.to_dict()["description"] for one in charts] == ["which reasons", "which models"]


def test_a_chart_is_in_its_readers_language() -> None:
    """Its numbers, its months, and what its tooltips call the fields of its rows."""
    given = [drill("detected", 2.5)]
    chart = league.league_chart(given, ("superado", "no", "omitido"), "segundos")
    made = spoken(chart, Speech(Language.SPANISH), on_light=True).to_dict()
    told = [one["title"] for one in made["layer"][0]["encoding"]["tooltip"]]
    assert told == ["escenario", "serie", "segundos", "detalle"]
    locale = made["config"]["locale"]
    assert (locale["number"]["decimal"], locale["number"]["thousands"]) == (",", ".")
    assert locale["time"]["shortMonths"][0] == "ene"

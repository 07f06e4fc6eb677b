"""Verdicts of drills: every one of them, from counts that make it."""

from dataclasses import replace

import pytest

from risk_platform.evaluation.drill_plots import league_plot
from risk_platform.evaluation.drills import (
    Counts,
    Drill,
    DrillLeague,
    Observed,
    Recovery,
    Stop,
    Verdict,
    judge_control,
    judge_lease,
    judge_traffic,
    time_to_detect,
)

ORDINARY = Counts(sent=500, decided=500, decisions=500)
ALL_DECIDED = Counts(sent=100, decided=100, decisions=100)
STOPPED = Counts(sent=100, decided=40, decisions=40, stopped=60)
STOP = Stop(seconds=3.0, decisions=40, rule="drift: PSI 0.31")
OF_KEY = replace(STOP, of_key=True, rule="breaker: beyond training")


def observed(bad: Counts = ALL_DECIDED, **seen: object) -> Observed:
    """Return what a drill saw."""
    return Observed(bad=bad, ordinary=ORDINARY, **seen)  # pyright: ignore[reportArgumentType]


def refused(share: float) -> Counts:
    """Return bad applications of which a share was refused at the door."""
    number = round(100 * share)
    return Counts(sent=100, decided=100 - number, decisions=100 - number, refused=number)


TRAFFIC = {
    "nobody saw it": (observed(), Verdict.MISSED, None),
    "scoring was stopped": (observed(STOPPED, stop=STOP), Verdict.DETECTED, 3.0),
    "a stop counts before refusals": (
        observed(refused(0.95), stop=STOP, first_refusal_seconds=0.1),
        Verdict.DETECTED,
        3.0,
    ),
    "nearly all were refused": (
        observed(refused(0.9), first_refusal_seconds=0.1),
        Verdict.REFUSED,
        0.1,
    ),
    "too few were refused": (
        observed(refused(0.89), first_refusal_seconds=0.1),
        Verdict.MISSED,
        None,
    ),
    "a person stopped it": (
        observed(STOPPED, stop=replace(STOP, by="Ada", rule="operator")),
        Verdict.MISSED,
        None,
    ),
    "the lease ended": (
        observed(STOPPED, stop=replace(STOP, rule="lease")),
        Verdict.MISSED,
        None,
    ),
    "it was stopped before": (observed(Counts(), false_alarms=1), Verdict.FALSE_ALARM, None),
}


@pytest.mark.parametrize("case", TRAFFIC)
def test_bad_traffic_is_judged(case: str) -> None:
    """By the stop, else by the door; nothing was detected where neither did."""
    seen, verdict, seconds = TRAFFIC[case]
    assert judge_traffic(seen)[0] is verdict
    assert time_to_detect(seen, verdict) == seconds


ROGUE = {
    "it alone was stopped": (observed(STOPPED, stop=OF_KEY), Verdict.DETECTED),
    "all were stopped": (observed(STOPPED, stop=STOP), Verdict.FALSE_ALARM),
    "another was stopped too": (
        Observed(bad=STOPPED, ordinary=replace(ORDINARY, decided=499, stopped=1), stop=OF_KEY),
        Verdict.FALSE_ALARM,
    ),
    "a person stopped it": (
        observed(STOPPED, stop=replace(OF_KEY, rule="operator")),
        Verdict.MISSED,
    ),
    "nobody saw it": (observed(), Verdict.MISSED),
}


@pytest.mark.parametrize("case", ROGUE)
def test_one_bad_client_is_to_be_stopped_alone(case: str) -> None:
    """What stops the others with it is a false alarm to them."""
    seen, verdict = ROGUE[case]
    assert judge_traffic(seen, of_one=True)[0] is verdict


def test_repeated_requests_are_one_decision_or_were_not_prevented() -> None:
    """Under one key all answers are the first; two decisions are one too many."""
    once, twice = (Counts(sent=100, decided=100, decisions=number) for number in (1, 2))
    assert judge_traffic(observed(once), keyed=True)[0] is Verdict.PREVENTED
    assert judge_traffic(observed(twice), keyed=True)[0] is Verdict.MISSED
    assert judge_traffic(observed(once))[0] is Verdict.MISSED


def test_a_control_run_is_quiet_or_a_false_alarm() -> None:
    """Nothing in it is bad."""
    assert judge_control(observed(Counts()))[0] is Verdict.QUIET
    assert judge_control(observed(Counts(), false_alarms=1))[0] is Verdict.FALSE_ALARM


def test_a_lease_that_nobody_ended_was_missed() -> None:
    """What is decided after its end has leaked."""
    ended = replace(STOP, rule="lease")
    assert judge_lease(observed(stop=ended))[0] is Verdict.DETECTED
    assert judge_lease(observed(stop=STOP))[0] is Verdict.MISSED
    verdict, sentence = judge_lease(observed())
    assert (verdict, sentence) == (
        Verdict.MISSED,
        "100 decisions after the lease's end, and no stop",
    )


def drill(verdict: Verdict, **seen: object) -> Drill:
    """Return a drill of some verdict."""
    return Drill(
        scenario=f"a {verdict.value}",
        about="",
        verdict=verdict,
        sentence="",
        observed=observed(**seen),  # pyright: ignore[reportArgumentType]
    )


def test_a_platform_fails_by_what_it_misses_and_by_what_it_does_not_recover_from() -> None:
    """A stop that nobody can undo is none to be proud of."""
    well = Recovery(seconds=0.1, ordinary=ORDINARY)
    slow = Recovery(seconds=0.1, ordinary=Counts(sent=50, decided=49, decisions=49, failed=1))
    again = Recovery(seconds=0.1, ordinary=ORDINARY, is_stopped_again=True)
    good = [drill(one) for one in Verdict if one not in {Verdict.MISSED, Verdict.FALSE_ALARM}]
    good += [drill(Verdict.DETECTED, recovery=well)]
    bad = [drill(Verdict.MISSED), drill(Verdict.FALSE_ALARM)]
    bad += [drill(Verdict.DETECTED, recovery=one) for one in (slow, again)]
    assert DrillLeague(drills=(*good, *bad)).failed == tuple(bad)


def test_the_league_is_drawn_whatever_is_in_it() -> None:
    """A bar for each drill, or none, and its name beside it."""
    drills = [drill(verdict) for verdict in Verdict]
    labels = [label.get_text() for label in league_plot(drills).axes[0].get_yticklabels()]
    assert labels == [one.scenario for one in reversed(drills)]

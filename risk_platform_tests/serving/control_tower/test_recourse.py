"""Recourse: few candidates, each consistent in itself; of those approved the least demanding."""

import pytest

from risk_platform.scoring.examples import EXAMPLES
from serving.control_tower import recourse

BAD = EXAMPLES["bad"]


def test_few_are_tried() -> None:
    """Each is a decision that the service logs and watches."""
    tried = recourse.candidates(BAD)
    assert 20 < len(tried) <= 60
    assert len({tuple(sorted(one.application.items(), key=str)) for one in tried}) == len(tried)


def test_only_what_is_in_a_borrowers_hands_is_changed() -> None:
    """And what follows from it: never a score, an income, an age or a history."""
    follows = {"installment", "revol_bal", "bc_util"}
    levers = {"loan_amnt", "term", "revol_util", "dti", "inq_last_6mths"}
    for one in recourse.candidates(BAD):
        changed = {name for name in BAD if one.application[name] != BAD[name]}
        assert changed <= levers | follows
        assert {step.lever for step in one.steps} <= changed


def test_an_instalment_follows_from_amount_and_term() -> None:
    """By the annuity: 10,000 USD over 36 months at 12 % cost 332.14 a month."""
    assert recourse.annuity(10_000, 36, 12) == pytest.approx(332.14, abs=0.005)
    step = recourse.Step("loan_amnt", 15_000, 0.5)
    halved = recourse.changed(BAD, [step])
    assert halved["installment"] == pytest.approx(recourse.annuity(15_000, 60, 28.72), abs=0.005)


def test_balances_follow_from_utilisation() -> None:
    """Who uses half as much of the limits owes half as much on cards."""
    before = {"revol_util": 80.0, "revol_bal": 8_000, "bc_util": 90.0}
    after = recourse.changed(before, [recourse.Step("revol_util", 40.0, 0.5)])
    assert (after["revol_bal"], after["bc_util"]) == (4_000.0, 45.0)


def test_what_is_not_given_is_not_changed() -> None:
    """An application that says little has few levers."""
    tried = recourse.candidates({"loan_amnt": 10_000})
    assert {step.lever for one in tried for step in one.steps} == {"loan_amnt"}
    assert recourse.candidates({}) == []


def test_the_least_that_helps_is_told() -> None:
    """Not two changes where one of them is enough."""
    tried = recourse.candidates(BAD)
    verdicts = [
        "approve" if any(step.lever == "loan_amnt" for step in one.steps) else "decline"
        for one in tried
    ]
    (found,) = recourse.least(tried, verdicts)
    (step,) = found.steps
    assert (step.lever, step.value) == ("loan_amnt", 27_000)


def test_nothing_is_told_where_nothing_helps() -> None:
    """No change is made up."""
    tried = recourse.candidates(BAD)
    assert recourse.least(tried, ["decline"] * len(tried)) == []

"""A champion's report holds the figures of loans that it has not seen, each from its own split."""

import json

import numpy as np
import pytest
from pydantic import TypeAdapter

from risk_platform.evaluation.metrics import performance, ranking, reliability
from risk_platform.evaluation.report import ChampionReport, Judged, judge
from risk_platform.evaluation.resampling import intervals


def judged(seed: int, loans: int = 1_500) -> Judged:
    """Draw loans with a PD that is true and a coarser sub-grade."""
    rng = np.random.default_rng(seed)
    pd = rng.beta(2, 8, loans)
    sub_grade = np.clip(np.round(pd * 40 + rng.normal(0, 4, loans)), 1, 35)
    return Judged(outcomes=(rng.random(loans) < pd).astype(np.int8), pd=pd, sub_grade=sub_grade)


VALIDATION, TEST = judged(1), judged(2)


@pytest.fixture(scope="module")
def report() -> ChampionReport:
    """Return the report of both splits."""
    return judge("window12", VALIDATION, TEST)


def test_each_split_has_its_own_figures(report: ChampionReport) -> None:
    """Validation, on which the champion was cut, is not mixed with test."""
    assert report.validation == performance(VALIDATION.outcomes, VALIDATION.pd)
    assert report.test == performance(TEST.outcomes, TEST.pd)


def test_intervals_are_of_the_test_split(report: ChampionReport) -> None:
    """Each holds the figure that stands in the table."""
    found = intervals(TEST.outcomes, TEST.pd)
    assert (report.auc, report.ks) == (found["auc"], found["ks"])
    assert (report.auc.value, report.ks.value) == (report.test["auc"], report.test["ks"])


def test_the_lenders_sub_grade_is_judged_on_the_same_loans(report: ChampionReport) -> None:
    """Its figures are of ranking alone, since a grade is no probability."""
    assert report.sub_grade == ranking(TEST.outcomes, TEST.sub_grade)
    found = intervals(TEST.outcomes, TEST.sub_grade, are_pds=False)
    assert (report.sub_grade_auc, report.sub_grade_ks) == (found["auc"], found["ks"])
    assert "brier" not in report.sub_grade


def test_the_better_ranking_has_the_better_figures(report: ChampionReport) -> None:
    """The true PD stands above the grade that was blurred from it."""
    assert report.test["auc"] > report.sub_grade["auc"] > 0.5


def test_reliability_is_of_the_test_split(report: ChampionReport) -> None:
    """Its deciles hold every loan of test."""
    assert list(report.reliability) == reliability(TEST.outcomes, TEST.pd)
    assert sum(decile.loans for decile in report.reliability) == len(TEST.outcomes)


def test_a_report_names_its_protocol(report: ChampionReport) -> None:
    """Figures of another protocol cannot be compared with these."""
    assert report.protocol == "window12"


def test_a_report_survives_its_json(report: ChampionReport) -> None:
    """It is kept as a document, and no figure is lost or rounded on the way."""
    adapter = TypeAdapter(ChampionReport)
    text = adapter.dump_json(report)
    assert adapter.validate_json(text) == report
    assert json.loads(text)["test"]["auc"] == report.test["auc"]


def test_the_same_loans_give_the_same_report(report: ChampionReport) -> None:
    """Intervals are sampled from a fixed seed."""
    assert judge("window12", VALIDATION, TEST) == report

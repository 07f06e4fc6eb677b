"""The page of a day: the verdict stands first, and no text in it becomes part of the page."""

import pytest

from risk_platform.evaluation.drift.decision import DriftReport
from risk_platform.evaluation.drift.explained import Explanation, Kind
from risk_platform.evaluation.drift.signals import Aspect, Signal
from risk_platform.evaluation.drift.verdict_page import with_verdict
from risk_platform.handover.drift import Light

DRAWN = '<html><head></head><body class="a">Dataset Drift is NOT detected</body></html>'


def report(light: Light, sentence: str) -> DriftReport:
    """Return a report of 2,000 decisions."""
    return DriftReport(
        light=light,
        sentence=sentence,
        loans=2_000,
        share=0.0,
        limit=0.01,
        drifted=(),
        findings=(),
        fired=(),
        scores=None,
    )


def explained(sentence: str) -> Explanation:
    """Return an explanation in so many words."""
    signal = Signal("purpose", Aspect.UNSEEN)
    return Explanation(signal=signal, kind=Kind.NEW_CATEGORY, effect=0.0, sentence=sentence)


@pytest.mark.parametrize("light", Light)
def test_the_verdict_stands_before_what_is_drawn(light: Light) -> None:
    """In a word and a sentence, whatever the headline of the drawing says."""
    page = with_verdict(DRAWN, report(light, "two inputs drifted"), [], ["dti"])
    head, drawn = page.split("Dataset Drift", 1)
    assert head.startswith('<html><head></head><body class="a"><section')
    assert f"<h1>{str(light).capitalize()}</h1>" in head
    assert "two inputs drifted" in head
    assert "2,000 decisions" in head
    assert "It leaves out dti." in head
    assert drawn.endswith("</body></html>")


def test_what_applicants_wrote_is_shown_and_not_run() -> None:
    """A label may hold marks of HTML, or what a pattern would take for a group."""
    said = r"<script>alert(1)</script> \g<0> & more"
    page = with_verdict(DRAWN, report(Light.RED, said), [explained(said)], [said])
    assert "<script>" not in page
    assert page.count(r"&lt;script&gt;alert(1)&lt;/script&gt; \g&lt;0&gt; &amp; more") == 3

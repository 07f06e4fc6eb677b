"""The page of a day: our verdict, in front of what Evidently draws.

Evidently counts inputs by rules of its own, which know neither chance nor importance. Whoever opens
the page must not take its headline for the decision.
"""

import html
import re
from collections.abc import Sequence

from risk_platform.evaluation.drift.decision import DriftReport
from risk_platform.evaluation.drift.explained import Explanation
from risk_platform.evaluation.drift.sampled import ROWS
from risk_platform.handover.drift import Light

_BODY = re.compile(r"<body[^>]*>")
_STYLE = (
    "font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;"
    " max-width: 60rem; margin: 1.5rem auto; padding: 1rem 1.5rem; border-left: .5rem solid"
)
_COLOURS = {
    Light.GREEN: "#2e7d32",
    Light.AMBER: "#b26a00",
    Light.RED: "#b00020",
    Light.INSUFFICIENT: "#5f6368",
}


def with_verdict(
    drawn: str, report: DriftReport, explanations: Sequence[Explanation], left_out: Sequence[str]
) -> str:
    """Return a page of Evidently's with our verdict in front.

    Parameters
    ----------
    drawn
        The page, as HTML.
    report, explanations
        How the day was judged, and what became of what drifted.
    left_out
        Inputs that are in none of its pictures.
    """
    light = report.light
    said = "".join(f"<li>{html.escape(one.sentence)}</li>" for one in explanations)
    missing = f" It leaves out {html.escape(', '.join(left_out))}." if left_out else ""
    section = (
        f'<section id="verdict" style="{_STYLE} {_COLOURS[light]}">'
        f"<h1>{light.capitalize()}</h1><p>{html.escape(report.sentence)}</p>"
        + (f"<ul>{said}</ul>" if said else "")
        + f"<p>This is the verdict on {report.loans:,} decisions, by which scoring is stopped or "
        f"goes on. Below is what Evidently draws of {ROWS:,} of them at the most, for a closer "
        "look: its own headline counts inputs by another rule, whatever they weigh, and stops "
        f"nothing.{missing}</p></section>"
    )
    # A function, as a text may hold what a template would read as a group.
    return _BODY.sub(lambda body: body.group() + section, drawn, count=1)

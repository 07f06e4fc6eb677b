"""The picture of the league of drills."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from risk_platform.evaluation.drills import Drill
from risk_platform.evaluation.plots import ACCENT, INK, figure_of

_FAILED = "#b91c1c"
_LINE, _FRAME = 0.3, 1.2


def league_plot(drills: Sequence[Drill]) -> Figure:
    """Draw how long each scenario took to be known, and beside it how many decisions leaked."""
    height = _FRAME + _LINE * len(drills)
    figure, axes = figure_of("Time to detect, and decisions that leaked", "seconds", "", height)
    for place, drill in enumerate(reversed(drills)):
        seconds = drill.seconds or 0.0
        axes.barh(place, seconds, color=_FAILED if drill.is_failure else ACCENT)
        said = f" {drill.verdict.value}, {drill.leaked:,} leaked"
        colour = _FAILED if drill.is_failure else INK
        axes.text(seconds, place, said, va="center", fontsize=7, color=colour)
    axes.set_yticks(range(len(drills)), [drill.scenario for drill in reversed(drills)])
    # The words stand beside the longest bar too.
    axes.margins(x=0.45)
    axes.set_xlim(left=0)
    return figure

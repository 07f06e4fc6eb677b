"""Pictures of segments."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from risk_platform.evaluation.plots import ACCENT, INK, PALE, figure_of
from risk_platform.evaluation.profiles import Profile


def choice_plot(figures: Mapping[int, float], figure: str, chosen: int) -> Figure:
    """Draw the figure by which the number of segments was chosen, and the chosen number."""
    picture, axes = figure_of(f"{figure} by number of segments", "segments", figure)
    axes.plot(list(figures), list(figures.values()), "o-", color=ACCENT)
    axes.axvline(chosen, color=INK, linestyle=":", label="chosen")
    axes.set_xticks(list(figures))
    axes.legend(frameon=False)
    return picture


def default_rate_plot(profiles: Sequence[Profile]) -> Figure:
    """Draw each segment's default rate with its interval, beside that of all."""
    picture, axes = figure_of("Default rate by segment, with 95 % intervals", "default rate", "")
    rates = [profile.default_rate for profile in profiles]
    loans = [profile.loans for profile in profiles]
    of_all = sum(r.value * n for r, n in zip(rates, loans, strict=True)) / sum(loans)
    names = [f"{profile.number} {profile.name}" for profile in profiles]
    reach = [[r.value - r.low for r in rates], [r.high - r.value for r in rates]]
    axes.axvline(of_all, color=PALE, linestyle="--", label="all")
    axes.errorbar([r.value for r in rates], names, xerr=reach, fmt="o", color=ACCENT)
    axes.invert_yaxis()
    axes.legend(frameon=False)
    return picture

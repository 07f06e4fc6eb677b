"""Pictures of drift: how far inputs are from training, by window or by vintage."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from risk_platform.evaluation.drift.decision import DriftReport
from risk_platform.evaluation.drift.signals import Aspect
from risk_platform.evaluation.plots import ACCENT, INK, PALE, WIDTH, figure_of

_SHOWN = 15


def distances_plot(report: DriftReport, limit: float) -> Figure:
    """Draw the Kolmogorov-Smirnov distance of the inputs that are farthest from training."""
    figure, axes = figure_of("Farthest from training", "Kolmogorov-Smirnov distance", "", 4.6)
    values = values_apart(report)
    farthest = sorted(values, key=values.__getitem__)[-_SHOWN:]
    colours = [ACCENT if values[name] >= limit else PALE for name in farthest]
    axes.barh(farthest, [values[name] for name in farthest], color=colours)
    axes.axvline(limit, color=INK, linestyle=":", label="it matters from here on")
    axes.legend(frameon=False)
    return figure


def vintages_plot(reports: Mapping[str, DriftReport], limit: float) -> Figure:
    """Draw the same distance of the inputs that move most, vintage by vintage."""
    figure, axes = figure_of("Distance from the reference", "", "Kolmogorov-Smirnov distance", 4.6)
    figure.set_figwidth(WIDTH * 1.4)
    by_vintage = {vintage: values_apart(report) for vintage, report in reports.items()}
    for name in _movers(list(by_vintage.values())):
        axes.plot(list(by_vintage), [of.get(name, 0.0) for of in by_vintage.values()], label=name)
    axes.axhline(limit, color=INK, linestyle=":", label="it matters from here on")
    axes.tick_params(axis="x", rotation=90, labelsize=7)
    axes.legend(frameon=False, fontsize=7)
    return figure


def values_apart(report: DriftReport) -> dict[str, float]:
    """Return the Kolmogorov-Smirnov distance of each input that has one."""
    return {
        of.signal.input: of.distance.ks
        for of in report.findings
        if of.signal.aspect is Aspect.VALUES and of.distance.ks is not None
    }


def _movers(vintages: Sequence[Mapping[str, float]], most: int = 6) -> list[str]:
    highest: dict[str, float] = {}
    for values in vintages:
        for name, distance in values.items():
            highest[name] = max(distance, highest.get(name, 0.0))
    return sorted(highest, key=lambda name: -highest[name])[:most]

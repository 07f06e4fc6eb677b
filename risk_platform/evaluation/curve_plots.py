"""Pictures of a champion's report: drawn for asset pages, for MLflow and for the report alike."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from risk_platform.evaluation.leaderboard import SUB_GRADE
from risk_platform.evaluation.plots import ACCENT, INK, PALE, figure_of, reliability_plot
from risk_platform.evaluation.profit import ProfitReport
from risk_platform.evaluation.report import ChampionReport
from risk_platform.evaluation.slices import Slice


def champion_figures(report: ChampionReport) -> dict[str, Figure]:
    """Return every picture that a report can show, by name; what cannot be told is left out."""
    figures = {
        "roc": _pair(
            report, "roc", "ROC on test", "share of payers above", "share of defaulters above"
        ),
        "ks": _separation(report),
        "calibration": reliability_plot(report.reliability),
        "gain": _pair(
            report, "gain", "Defaults found on test", "share of loans", "share of defaults"
        ),
        "auc_by_vintage": auc_by_vintage(report.slices["vintage"], report.auc.value),
    }
    if report.profit and report.profit.curve:
        figures["profit"] = profit_plot(report.profit)
    return figures


def auc_by_vintage(vintages: Sequence[Slice], overall: float) -> Figure:
    """Draw the AUC of each vintage that tells, with its interval, beside that of all test loans."""
    figure, axes = figure_of("AUC by vintage of test", "", "AUC")
    for place, one in enumerate(vintages):
        if one.auc is not None:
            axes.plot([place, place], [one.auc.low, one.auc.high], color=PALE, linewidth=2)
            axes.plot(place, one.auc.value, "o", color=ACCENT)
    axes.axhline(overall, color=INK, linestyle=":", label="all of test")
    axes.set_xticks(range(len(vintages)), [one.name for one in vintages], rotation=60, fontsize=7)
    axes.legend(frameon=False)
    return figure


def profit_plot(profit: ProfitReport) -> Figure:
    """Draw profit over the share approved, by the model and by the sub-grade."""
    title = f"Profit by share approved, {profit.loans:,} loans with complete money"
    figure, axes = figure_of(title, "share approved", "profit, 1,000 USD")
    shares, by_model, by_grade = zip(*profit.curve, strict=True)
    axes.plot(shares, [one / 1000 for one in by_grade], color=PALE, label=SUB_GRADE)
    axes.plot(shares, [one / 1000 for one in by_model], color=ACCENT, label="champion")
    axes.legend(frameon=False)
    return figure


def _pair(report: ChampionReport, curve: str, title: str, x: str, y: str) -> Figure:
    figure, axes = figure_of(title, x, y)
    _diagonal(axes)
    for name, label, colour in (
        (f"{curve} {SUB_GRADE}", SUB_GRADE, INK),
        (curve, "champion", ACCENT),
    ):
        axes.plot(report.curves[name].x, report.curves[name].y, color=colour, label=label)
    axes.legend(frameon=False)
    return figure


def _separation(report: ChampionReport) -> Figure:
    figure, axes = figure_of(f"KS on test: {report.ks.value:.3f}", "PD", "share with at most")
    for name, colour in (("payers", PALE), ("defaulters", ACCENT)):
        axes.plot(report.curves[name].x, report.curves[name].y, color=colour, label=name)
    axes.legend(frameon=False)
    return figure


def _diagonal(axes: Axes) -> None:
    axes.plot([0, 1], [0, 1], color=PALE, linestyle="--", label="chance")

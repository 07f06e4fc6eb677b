"""Pictures of a model: figures drawn from numbers, without a display."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from risk_platform.evaluation.metrics import ReliabilityBin

INK, ACCENT, PALE = "#1f2937", "#0f766e", "#94a3b8"
WIDTH, HEIGHT = 6.4, 3.8


def reliability_plot(bins: Sequence[ReliabilityBin]) -> Figure:
    """Draw default rate against mean PD by decile; a calibrated model lies on the diagonal."""
    figure, axes = figure_of("Default rate by decile of PD", "mean PD", "default rate")
    highest = max(max(b.mean_pd, b.default_rate) for b in bins) * 1.05
    axes.plot([0, highest], [0, highest], color=PALE, linestyle="--", label="calibrated")
    axes.plot([b.mean_pd for b in bins], [b.default_rate for b in bins], "o-", color=ACCENT)
    axes.legend(frameon=False)
    return figure


def importance_plot(gains: Mapping[str, float], top: int = 20) -> Figure:
    """Draw the features that the model gains most from, as shares of all gain."""
    figure, axes = figure_of("What the model looks at", "share of gain", "", height=5.4)
    total = sum(gains.values()) or 1.0
    largest = sorted(gains.items(), key=lambda item: item[1])[-top:]
    axes.barh([name for name, _ in largest], [gain / total for _, gain in largest], color=ACCENT)
    return figure


def learning_plot(history: Mapping[str, Sequence[float]], best: int) -> Figure:
    """Draw log-loss by round, and the round at which the booster was cut."""
    figure, axes = figure_of("Log-loss by round", "round", "log-loss")
    for (split, losses), colour in zip(history.items(), (PALE, ACCENT), strict=False):
        axes.plot(range(1, len(losses) + 1), losses, color=colour, label=split)
    axes.axvline(best, color=INK, linestyle=":", label="cut")
    axes.legend(frameon=False)
    return figure


def volume_plot(counts: Mapping[str, int]) -> Figure:
    """Draw loans by month of issue."""
    figure, axes = figure_of("Loans by month of issue", "", "loans")
    axes.bar(list(counts), list(counts.values()), color=ACCENT)
    axes.tick_params(axis="x", rotation=90, labelsize=6)
    return figure


def figure_of(title: str, x: str, y: str, height: float = HEIGHT) -> tuple[Figure, Axes]:
    """Return an empty picture in the house's style, and its axes."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, loc="left", color=INK)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes

"""Pictures of a model: figures drawn from numbers, without a display."""

import base64
import io
from collections.abc import Mapping, Sequence
from itertools import compress

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


def trials_plot(losses: Sequence[float], pruned: Sequence[bool]) -> Figure:
    """Draw the loss that each trial reached, and the best so far; the first is the defaults."""
    figure, axes = figure_of("Trials", "trial", "loss")
    numbers, kept = range(1, len(losses) + 1), [not given_up for given_up in pruned]
    axes.scatter(*_where(numbers, losses, kept), color=ACCENT, label="ran to its end")
    axes.scatter(*_where(numbers, losses, pruned), color=PALE, marker="x", label="pruned")
    best = [min(losses[:number]) for number in numbers]
    axes.step(numbers, best, color=INK, linestyle=":", where="post", label="best so far")
    axes.legend(frameon=False)
    return figure


def curves_plot(curves: Sequence[Sequence[float]], pruned: Sequence[bool]) -> Figure:
    """Draw each trial's loss by step: what the pruner saw."""
    figure, axes = figure_of("Loss by step of each trial", "step", "loss")
    for losses, given_up in zip(curves, pruned, strict=True):
        style, colour = ("--", PALE) if given_up else ("-", ACCENT)
        axes.plot(range(1, len(losses) + 1), losses, style, color=colour, linewidth=1)
    return figure


def volume_plot(counts: Mapping[str, int]) -> Figure:
    """Draw loans by month of issue."""
    figure, axes = figure_of("Loans by month of issue", "", "loans")
    axes.bar(list(counts), list(counts.values()), color=ACCENT)
    axes.tick_params(axis="x", rotation=90, labelsize=6)
    return figure


def as_data_url(figure: Figure) -> str:
    """Return a picture as an address that holds it, for pages that stand alone."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=90, bbox_inches="tight")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _where(
    x: Sequence[int], y: Sequence[float], shown: Sequence[bool]
) -> tuple[list[int], list[float]]:
    return list(compress(x, shown)), list(compress(y, shown))


def figure_of(title: str, x: str, y: str, height: float = HEIGHT) -> tuple[Figure, Axes]:
    """Return an empty picture in the house's style, and its axes."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, loc="left", color=INK)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes

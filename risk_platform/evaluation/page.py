"""The validation report: a page that stands alone, each number linked to the asset it came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from risk_platform.contract.column import Timing
from risk_platform.contract.splits import Split
from risk_platform.evaluation.curve_plots import champion_figures
from risk_platform.evaluation.gate import DEMANDED, GateReport
from risk_platform.evaluation.leaderboard import Leaderboard
from risk_platform.evaluation.lineage import Source
from risk_platform.evaluation.plots import as_data_url
from risk_platform.evaluation.report import ChampionReport
from risk_platform.features.definitions import FEATURES

TEMPLATE = "validation_report.html.j2"
# Below this a p-value is said to be below it.
LEAST_P = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What the card says of the model itself.

    Parameters
    ----------
    asset, family
        The asset that holds it, and its kind.
    inputs
        The features that it reads.
    parameters
        How it was fitted.
    rounds
        Trees that it has; 0 for a family that has none.
    calibration
        How its scores became PDs.
    notes
        What a reader of its figures must know.
    """

    asset: str
    family: str
    inputs: Sequence[str]
    parameters: Mapping[str, float | int | str | bool]
    rounds: int
    calibration: str
    notes: Sequence[str]


def render_report(
    report: ChampionReport,
    board: Leaderboard,
    gate: GateReport,
    facts: ModelFacts,
    lineage: Sequence[Source],
) -> str:
    """Render the page: the same text for the same figures and lineage.

    Parameters
    ----------
    report, board, gate
        What is told.
    facts
        The model.
    lineage
        The assets that the figures came from, from the raw loans on; each that the page draws on.
    """
    environment = Environment(
        loader=PackageLoader("risk_platform.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"auc": _auc, "share": _share, "usd": _usd, "p": _p, "count": _count}
    figures = {name: as_data_url(figure) for name, figure in champion_figures(report).items()}
    return environment.get_template(TEMPLATE).render(
        report=report,
        board=board,
        gate=gate,
        demanded=DEMANDED,
        facts=facts,
        lineage=lineage,
        files=[file for source in lineage for file in source.files] or ["files unknown"],
        sources={source.asset: source for source in lineage},
        figures=figures,
        splits=(Split.VALIDATION, Split.TEST),
        timings=_timings(facts.inputs),
    )


def _timings(inputs: Sequence[str]) -> dict[str, int]:
    """Return how many inputs are known at application, and how many the lender set."""
    known = {feature.name: feature.timing for feature in FEATURES}
    found = [known[name] for name in inputs]
    return {timing.value: found.count(timing) for timing in (Timing.APPLICATION, Timing.PRICING)}


def _auc(value: float) -> str:
    return f"{value:.3f}"


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _usd(value: float) -> str:
    return f"{value:,.0f} USD"


def _p(value: float) -> str:
    return f"{value:.2g}" if value >= LEAST_P else f"below {LEAST_P:.4f}"

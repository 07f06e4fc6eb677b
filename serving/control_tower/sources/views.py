"""Views: of each published document what the tower shows; the documents hold more.

A test holds them to the classes that the platform publishes.
"""

from collections.abc import Mapping

from msgspec import Struct, field


class View(Struct, frozen=True):
    """What is read of a document, or of a part of one; fields bear the document's names."""


class Interval(View, frozen=True, kw_only=True):
    """A figure and its interval at 95 %."""

    value: float
    low: float
    high: float


class Slice(View, frozen=True, kw_only=True):
    """A part of the test loans."""

    name: str
    loans: int
    defaults: int
    months_observed: int
    mean_pd: float
    default_rate: float
    auc: Interval | None


class Bin(View, frozen=True, kw_only=True):
    """A decile of PD."""

    loans: int
    mean_pd: float
    default_rate: float


class Curve(View, frozen=True, kw_only=True):
    """Points of a line."""

    x: tuple[float, ...]
    y: tuple[float, ...]


class LossRates(View, frozen=True, kw_only=True):
    """What a default costs."""

    defaults: int
    ead_share: float
    lgd: float


class LossRow(View, frozen=True, kw_only=True):
    """Expected and realised loss of some loans, USD."""

    name: str
    loans: int
    defaults: int
    expected: float
    realised: float


class LossReport(View, frozen=True, kw_only=True):
    """The back-test of expected loss."""

    rates: Mapping[str, LossRates]
    rows: tuple[LossRow, ...]
    ratio: Interval | None
    why_not: str = ""


class Comparison(View, frozen=True, kw_only=True):
    """DeLong's test."""

    difference: Interval
    p_value: float


class Shift(View, frozen=True, kw_only=True):
    """How far the scores of a vintage are from those of validation."""

    name: str
    loans: int
    psi: float
    chance: float


class Stability(View, frozen=True, kw_only=True):
    """How the model holds over time."""

    auc_spread: float | None
    gini_decay: float | None
    shifts: tuple[Shift, ...]


class ChampionReport(View, frozen=True, kw_only=True):
    """The document ``champion_report``."""

    protocol: str
    model: str
    validation: Mapping[str, float | None]
    test: Mapping[str, float | None]
    auc: Interval
    ks: Interval
    sub_grade_auc: Interval
    sub_grade_ks: Interval
    reliability: tuple[Bin, ...]
    maturity: Mapping[str, str]
    against_sub_grade: Comparison | None
    slices: Mapping[str, tuple[Slice, ...]]
    calibration_errors: Mapping[str, float]
    stability: Stability | None
    losses: LossReport | None
    curves: Mapping[str, Curve]


class Rules(View, frozen=True, kw_only=True):
    """By which rules figures came about."""

    protocol: str
    warning: str
    outcome: str
    population: str
    division: str


class Standing(View, frozen=True, kw_only=True):
    """One score on one split."""

    name: str
    split: str
    figures: Mapping[str, float | None]
    intervals: Mapping[str, Interval]
    against_sub_grade: Comparison | None


class Leaderboard(View, frozen=True, kw_only=True):
    """The document ``leaderboard``."""

    rules: Rules
    standings: tuple[Standing, ...]


class Finding(View, frozen=True, kw_only=True):
    """What the gate of models found of one thing."""

    passed: bool
    said: str


class Verdict(View, frozen=True, kw_only=True):
    """What the gate of models says of one."""

    candidate: str
    version: int
    found: Mapping[str, Finding]


class GateReport(View, frozen=True, kw_only=True):
    """The document ``proposed_champion``."""

    protocol: str
    verdicts: tuple[Verdict, ...]


class Promotion(View, frozen=True, kw_only=True):
    """A version that came to lead; also the document ``deployed_champion``."""

    version: int
    digest: str
    by: str
    reason: str
    way: str
    at: str


class Proposal(View, frozen=True, kw_only=True):
    """A version that passed the gate of models."""

    version: int
    candidate: str
    protocol: str
    by: str
    at: str


class Promotions(View, frozen=True, kw_only=True):
    """The document ``promotions``."""

    proposals: tuple[Proposal, ...]
    promotions: tuple[Promotion, ...]


class Swap(View, frozen=True, kw_only=True):
    """Loans that one way approves and the other does not."""

    loans: float
    defaults: float
    loss: float


class CutOff(View, frozen=True, kw_only=True):
    """Approving from a score on."""

    points: int
    loans: int
    share: float
    mean_pd: float
    default_rate: Interval
    loss: Interval
    expected_loss: float | None
    incumbent_default_rate: Interval
    incumbent_loss: Interval
    profit: Interval | None
    incumbent_profit: Interval | None
    swapped_in: Swap
    swapped_out: Swap


class PolicyFrontier(View, frozen=True, kw_only=True):
    """The document ``policy_frontier``."""

    protocol: str
    model: str
    loans: int
    defaults: int
    out_of: int
    complete: int
    approve_from: int
    decline_below: int
    cut_offs: tuple[CutOff, ...]
    why_no_profit: str


class VintageCurve(View, frozen=True, kw_only=True):
    """A quarter of issue."""

    name: str
    loans: int
    defaults: int
    months_observed: int
    is_mature: bool
    defaulted: tuple[float, ...]


class VintageCurves(View, frozen=True, kw_only=True):
    """The document ``vintage_curves``."""

    horizon: int
    snapshot: str
    curves: tuple[VintageCurve, ...]


class Counts(View, frozen=True, kw_only=True):
    """What became of a drill's applications."""

    sent: int
    decided: int
    decisions: int
    refused: int
    stopped: int
    failed: int


class Stop(View, frozen=True, kw_only=True):
    """The stop that a drill saw."""

    seconds: float
    decisions: int
    of_key: bool
    rule: str
    alert_seconds: float | None


class Recovery(View, frozen=True, kw_only=True):
    """What came after a stop."""

    seconds: float | None
    ordinary: Counts
    is_stopped_again: bool


class Observed(View, frozen=True, kw_only=True):
    """What a drill saw."""

    bad: Counts
    ordinary: Counts
    false_alarms: int
    stop: Stop | None
    recovery: Recovery | None


class Drill(View, frozen=True, kw_only=True):
    """One scenario, and how the platform fared."""

    scenario: str
    about: str
    verdict: str
    sentence: str
    observed: Observed
    seconds: float | None
    at: str
    model_version: int


class Distance(View, frozen=True, kw_only=True):
    """How far a window is from training in one thing."""

    ks: float | None
    js: float
    psi: float
    psi_by_chance: float | None


class Signal(View, frozen=True, kw_only=True):
    """One aspect of one input."""

    input: str
    aspect: str


class DriftFinding(View, frozen=True, kw_only=True):
    """What became of one signal of drift."""

    signal: Signal
    distance: Distance
    p_adjusted: float
    is_suspected: bool
    is_confirmed: bool


class ScoreDrift(View, frozen=True, kw_only=True):
    """What became of scores: of training, and of the day."""

    pds: Distance
    mean_pd: tuple[float, float]
    approval_rate: tuple[float, float]
    imputed_share: tuple[float, float]


class DayReport(View, frozen=True, kw_only=True):
    """How a day's decisions were judged."""

    light: str
    sentence: str
    loans: int
    share: float
    limit: float
    drifted: tuple[str, ...]
    findings: tuple[DriftFinding, ...]
    scores: ScoreDrift | None


class Explanation(View, frozen=True, kw_only=True):
    """What became of one input, for a person."""

    signal: Signal
    kind: str
    effect: float
    sentence: str


class Performance(View, frozen=True, kw_only=True):
    """How the model did on a day's decisions, or would do if its PDs were true."""

    basis: str
    loans: int
    months: int
    mean_pd: float
    default_rate: float
    auc: float | None
    brier: float | None


class DayFindings(View, frozen=True, kw_only=True):
    """What ``drift_report`` keeps of a day."""

    day: str
    model_version: int
    decisions: tuple[int, int]
    report: DayReport
    explanations: tuple[Explanation, ...]
    estimate: Performance | None
    realised: Performance | None
    importance: Mapping[str, float] = field(default_factory=dict)

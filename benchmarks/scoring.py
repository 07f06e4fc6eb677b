"""Scoring: what each part of it takes for one application and for many, against LightGBM's own.

A booster of 400 trees of depth 4 over 60 inputs; applications of which a fifth is not given. All
ways are taken in turn, again and again, so that a noisy moment hits each of them; figures are
medians of the processor's time, in microseconds for one application.
"""

import time
from collections.abc import Callable, Mapping, Sequence

import lightgbm as lgb
import numpy as np

from benchmarks.figures import show
from benchmarks.learnt import SEGMENTS, UNLEARNT, card_of, reference_in_memory
from risk_platform.contract.column import Column, DType
from risk_platform.features.build import FeatureBuilder, build_features
from risk_platform.features.definitions import FEATURE_NAMES, INPUTS
from risk_platform.features.parse import parse_columns, parse_value
from risk_platform.scoring.bundle import ModelBundle
from risk_platform.scoring.model import Family, Model
from risk_platform.scoring.policy import Policy
from risk_platform.scoring.score import score_applications, warm_up

LOANS, TREES, WIDTH = 20_000, 400, 60
ROUNDS, MANY = 300, (1, 8, 64, 1_000)
REASONED = 0.3
NAMES = FEATURE_NAMES[-WIDTH:]

Raw = Mapping[str, float | str]


def run() -> None:
    """Measure and show."""
    booster, bundle = _models()
    raw = _applications(seed=2, many=max(MANY))
    rows: dict[str, dict[str, float]] = {}
    for many in MANY:
        ways = _ways(booster, bundle, raw[:many])
        for name, seconds in _in_turn(ways, ROUNDS if many < max(MANY) else 10).items():
            rows.setdefault(name, {})[f"{many:,}"] = 1e6 * seconds / many
    for ours, theirs in (("prediction", "Booster.predict"), ("contributions", "pred_contrib")):
        ratios = {many: rows[theirs][many] / rows[ours][many] for many in rows[ours]}
        rows[f"{theirs} / {ours}"] = ratios
    show("scoring", rows)


def _ways(
    booster: lgb.Booster, bundle: ModelBundle, raw: Sequence[Raw]
) -> dict[str, Callable[[], object]]:
    """Return each way by its name; parsing and features are what all others begin with."""
    given = [_parsed(application) for application in raw]
    columns, builder = parse_columns(INPUTS, raw), FeatureBuilder(UNLEARNT)
    features = build_features(columns, UNLEARNT)
    read = np.ascontiguousarray(bundle.read(features))
    explained = [number < REASONED * len(raw) for number in range(len(raw))]
    predictor = bundle.model.predictor()
    return {
        "parsing": lambda: [_parsed(application) for application in raw],
        "features": lambda: builder.filled(builder.known(columns)),
        "prediction": lambda: predictor.predict(read),
        "Booster.predict": lambda: booster.predict(read, num_threads=1),
        "contributions": lambda: predictor.contributions(read),
        "pred_contrib": lambda: booster.predict(read, num_threads=1, pred_contrib=True),
        "score, no reasons": lambda: score_applications(bundle, given, 0, [False] * len(raw)),
        "score, 30 % with reasons": lambda: score_applications(bundle, given, 0, explained),
        "score, all with reasons": lambda: score_applications(bundle, given, 0, [True] * len(raw)),
    }


def _in_turn(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in ways}
    rng = np.random.default_rng(0)
    for number in range(rounds + 1):
        # In another order each time: who reads a model's trees first finds them far away.
        for name, way in rng.permutation(np.array([*ways.items()], dtype=np.object_)):
            started = time.thread_time()
            way()
            if number:
                taken[name].append(time.thread_time() - started)
    return {name: float(np.median(seconds)) for name, seconds in taken.items()}


def _models() -> tuple[lgb.Booster, ModelBundle]:
    """Return a booster that learnt something, and the bundle that serves it and approves all."""
    columns = parse_columns(INPUTS, _applications(seed=1, many=LOANS))
    features = build_features(columns, UNLEARNT)[:, -WIDTH:]
    rng = np.random.default_rng(1)
    known = np.argsort(np.argsort(np.nan_to_num(features), axis=0), axis=0) / LOANS - 0.5
    risk = 8 * known @ rng.normal(size=WIDTH) / np.sqrt(WIDTH)
    outcomes = (rng.random(LOANS) < 1 / (1 + np.exp(6 - risk))).astype(np.int8)
    booster = lgb.train(
        {"objective": "binary", "verbosity": -1, "max_depth": 4, "num_leaves": 15, "seed": 1},
        lgb.Dataset(features, outcomes, feature_name=list(NAMES)),
        TREES,
    )
    model = Model(family=Family.LIGHTGBM, inputs=NAMES, text=booster.model_to_string())
    approving = Policy(approve_from=0, decline_below=0)
    reference = reference_in_memory(model, UNLEARNT, columns)
    bundle = ModelBundle(model, UNLEARNT, card_of(model), SEGMENTS, reference, policy=approving)
    warm_up(bundle)
    return booster, bundle


def _applications(seed: int, many: int) -> list[Raw]:
    """Draw applications of what the contract allows; a fifth of the values is not given."""
    rng = np.random.default_rng(seed)
    drawn = {column.name: _drawn(rng, column, many) for column in INPUTS}
    given = rng.random((many, len(INPUTS))) > 1 / 5
    return [
        {
            name: drawn[name][row]
            for name, is_given in zip(drawn, given[row], strict=True)
            if is_given
        }
        for row in range(many)
    ]


def _drawn(rng: np.random.Generator, column: Column, many: int) -> list[float] | list[str]:
    if column.dtype is DType.LABEL:
        return rng.choice(column.labels, many).tolist()
    if column.dtype is DType.MONTH:
        return [f"{year}-06" for year in rng.integers(1980, 2019, many)]
    low, high = column.low or 0, min(column.high or 1e5, 1e5)
    return rng.integers(int(low), int(high) + 1, many).astype(float).tolist()


def _parsed(application: Raw) -> dict[str, float | str | None]:
    return {name: parse_value(_BY_NAME[name], raw) for name, raw in application.items()}


_BY_NAME = {column.name: column for column in INPUTS}

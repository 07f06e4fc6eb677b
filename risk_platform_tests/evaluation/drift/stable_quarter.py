"""A stable quarter: a model of half of the loans of three months, and windows of the other half.

Real loans where they are at hand, with all that makes columns hang together; generated ones
elsewhere. Windows are bootstrapped: rows are drawn whole, so that correlations stay.
"""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import lightgbm as lgb
import numpy as np

from risk_platform.contract.outcome import DEFAULT_STATUSES
from risk_platform.evaluation.drift.window import Window
from risk_platform.features.build import FeatureBuilder
from risk_platform.features.definitions import FEATURE_NAMES, INPUTS
from risk_platform.features.parse import Columns, parse_columns
from risk_platform.scoring.bundle import ModelBundle
from risk_platform.scoring.model import Family, Model
from risk_platform.scoring.monitored import Values, monitored_values
from risk_platform.scoring.policy import USUAL
from risk_platform.sources.generator.generate import generate
from risk_platform.spark.learn import state_of, summarise_columns
from risk_platform.training.reference import population_of, reference_of
from risk_platform_tests.bundles import SEGMENTS, small_bundle

# The real file with most loans of one quarter.
REAL = "lc56_2014_secure_terminal_n38599.csv.gz"
REAL_MONTHS = {"Jan-2014", "Feb-2014", "Mar-2014"}
GENERATED, GENERATED_MONTHS = 150_000, {"Jul-2018", "Aug-2018", "Sep-2018"}


@dataclass(frozen=True, slots=True)
class Quarter:
    """A model that learnt from half of a quarter, and decisions on the other half.

    Attributes
    ----------
    source
        What loans they are, in a word.
    bundle, unseen
        The model, and what it decided.
    """

    source: str
    bundle: ModelBundle
    unseen: Window

    def bootstrapped(self, loans: int, seed: int) -> Window:
        """Draw a window of whole rows."""
        rows = np.random.default_rng(seed).integers(0, self.unseen.loans, loans)
        window = self.unseen.only(rows)
        return window_of(window.inputs, window.pds)

    def decided(self, inputs: Mapping[str, Values]) -> Window:
        """Return decisions on other loans."""
        return window_of(inputs, self.bundle.predict_values(inputs))


def window_of(inputs: Mapping[str, Values], pds: np.ndarray) -> Window:
    """Return decisions, all of one key: whose they are is asked elsewhere."""
    return Window(
        inputs=inputs,
        pds=pds,
        approved=pds < np.quantile(pds, 0.8),
        imputed=np.zeros(len(pds)),
        keys=np.full(len(pds), "a", np.object_),
    )


def real_quarter(folder: Path) -> Quarter:
    """Return a quarter of the real loans."""
    with gzip.open(folder / REAL, "rt", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["issue_d"] in REAL_MONTHS]
    return quarter_of("real", rows)


def generated_quarter(folder: Path) -> Quarter:
    """Return a quarter of generated loans."""
    return quarter_of("generated", [*_generated(folder)])


def quarter_of(source: str, rows: list[dict[str, str]]) -> Quarter:
    """Fit a model on every other loan, and let it decide on those between."""
    known, unseen = (parse_columns(INPUTS, rows[start::2]) for start in (0, 1))
    defaulted = np.array([row["loan_status"] in DEFAULT_STATUSES for row in rows[::2]])
    learnt = summarise_columns(known)
    told = {name for name, bins in learnt.numbers.items() if bins.known}
    told |= {name for name, labels in learnt.labels.items() if labels}
    state = state_of(learnt)
    model = _fitted(
        known, defaulted, FeatureBuilder(state), [n for n in FEATURE_NAMES if n in told]
    )
    reference = reference_of(population_of(learnt, draws=50), model, state, USUAL, known)
    bundle = ModelBundle(model, state, small_bundle().card, SEGMENTS, reference)
    inputs = monitored_values(model.inputs, unseen)
    return Quarter(source, bundle, window_of(inputs, bundle.predict_values(inputs)))


def _fitted(
    columns: Columns, defaulted: np.ndarray, builder: FeatureBuilder, names: list[str]
) -> Model:
    read = [FEATURE_NAMES.index(name) for name in names]
    features = builder.filled(builder.known(columns))[:, read]
    settings = {"objective": "binary", "verbosity": -1, "num_threads": 1, "max_depth": 4, "seed": 1}
    data = lgb.Dataset(features, defaulted, feature_name=names)
    text = lgb.train(settings, data, 60).model_to_string()
    return Model(family=Family.LIGHTGBM, inputs=tuple(names), text=text)


def _generated(folder: Path) -> Iterator[dict[str, str]]:
    made = generate(GENERATED, 7, folder)
    with made.csv.open(newline="") as file:
        for row in csv.DictReader(islice(file, 1, None)):
            if row["issue_d"] in GENERATED_MONTHS:
                yield row

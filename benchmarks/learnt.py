"""Learnt: a champion of generated loans, made and bundled as the platform does, but in memory."""

import csv
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from risk_platform.contract.column import DType
from risk_platform.contract.columns import contract_digest
from risk_platform.features.build import FeatureBuilder
from risk_platform.features.definitions import FEATURE_NAMES, FEATURES, INPUTS, Kind
from risk_platform.features.parse import Columns, parse_columns, parse_value
from risk_platform.features.state import FeatureState
from risk_platform.features.winsorize import LOWER_QUANTILE, UPPER_QUANTILE, Bounds
from risk_platform.scoring.bundle import ModelBundle, example_scores
from risk_platform.scoring.card import Card
from risk_platform.scoring.model import Family, Model
from risk_platform.scoring.policy import USUAL
from risk_platform.scoring.reference import Reference
from risk_platform.scoring.rules import Nearest
from risk_platform.scoring.segments import Scale, Segments
from risk_platform.sources.generator.generate import Generated, generate
from risk_platform.spark.learn import summarise_columns
from risk_platform.training.calibration import choose
from risk_platform.training.champion import DEFAULTS, booster_parameters, training_set
from risk_platform.training.inputs import Inputs
from risk_platform.training.reference import population_of, reference_of

UNLEARNT = FeatureState(bounds={}, medians={}, categories={})
_FICO = Scale(name="fico_mid", median=700, low=600, high=850, is_log=False, mean=700, sd=30)
SEGMENTS = Segments(scales=(_FICO,), rule=Nearest(((-1.0,), (1.0,))), names=("low", "high"))

# Above the header stands a note, which is no loan.
_NOTES = 1
_TRAINED = 0.8
# Of what training knew so often, a median stands for what is unknown.
_NEARLY_ALWAYS = 0.99
_WORDED = {DType.MONTH, DType.TERM, DType.EMP_LENGTH}

Application = dict[str, float | str]


@dataclass(frozen=True, slots=True)
class Learnt:
    """A champion, and loans that it has not seen.

    Parameters
    ----------
    booster
        As any LightGBM can load it.
    bundle
        The same booster, calibrated, as our service loads it.
    applications
        Loans issued after those of training, as a client would send them.
    """

    booster: lgb.Booster
    bundle: ModelBundle
    applications: Sequence[Application]

    def inputs(self, applications: Sequence[Application]) -> NDArray[np.float64]:
        """Return what the booster reads of applications, shape (n, inputs); NaN where unknown."""
        builder = self.bundle.builder
        known = builder.known(parse_columns(INPUTS, applications))
        return self.bundle.read(builder.filled(known))


def learn(loans: int, trees: int, leaves: int, width: int) -> Learnt:
    """Fit a champion on the earlier four fifths of generated loans, and calibrate it on the others.

    Parameters
    ----------
    loans
        How many are generated; their defaults are drawn by their true PDs.
    trees, leaves
        How many trees, and of how many leaves where a champion's bounded depth allows as many.
    width
        How many inputs it reads: those that gain most in a champion that reads all.
    """
    rows, defaults = _generated(loans)
    columns = parse_columns(INPUTS, rows)
    trained = round(_TRAINED * len(rows))
    state = _state(FeatureBuilder(UNLEARNT).known(columns)[:trained])
    builder = FeatureBuilder(state)
    every = _inputs(builder.filled(builder.known(columns)), columns, defaults)

    def fit(inputs: Inputs) -> lgb.Booster:
        parameters = booster_parameters(inputs, {**DEFAULTS, "num_leaves": leaves})
        return lgb.train(parameters, training_set(_part(inputs, slice(trained))), trees)

    gains = fit(every).feature_importance("gain")
    read = _reading(every, np.sort(np.argsort(-gains)[:width]))
    booster, later = fit(read), _part(read, slice(trained, None))
    scores = np.asarray(booster.predict(later.features), np.float64)
    model = Model(
        family=Family.LIGHTGBM,
        inputs=read.names,
        text=booster.model_to_string(),
        calibration=choose(scores, later.outcomes, later.issued).calibration,
    )
    reference = reference_in_memory(model, state, _first(columns, trained))
    bundle = proven(ModelBundle(model, state, card_of(model), SEGMENTS, reference))
    return Learnt(booster, bundle, [_application(row) for row in rows[trained:]])


def proven(bundle: ModelBundle, run_id: str = "a-run") -> ModelBundle:
    """Return a bundle whose card knows the scores of the examples; another run, another digest."""
    card = replace(bundle.card, golden=example_scores(bundle), run_id=run_id)
    parts = (bundle.model, bundle.state, card, bundle.segments, bundle.reference)
    return ModelBundle(*parts, policy=bundle.policy)


def reference_in_memory(model: Model, state: FeatureState, columns: Columns) -> Reference:
    """Return the reference of a model that was trained on these loans."""
    return reference_of(population_of(summarise_columns(columns)), model, state, USUAL, columns)


def card_of(model: Model) -> Card:
    """Return a card that says of a model what it must."""
    return Card(
        name="benchmark",
        protocol="window12",
        family=model.family,
        features=model.inputs,
        contract=contract_digest(),
        created_at="2026-01-01T00:00:00+00:00",
        run_id="",
        made_by="benchmark",
        metrics={},
        winsorized={},
        golden={},
    )


def _generated(loans: int) -> tuple[list[dict[str, str]], NDArray[np.int8]]:
    """Return raw loans in order of issue, and whether each defaults."""
    with tempfile.TemporaryDirectory() as folder:
        made = generate(loans, 7, Path(folder), with_truth=True)
        rows, risks = [*_loans(made)], pq.read_table(made.truth)
    pds = dict(zip(risks["id"].to_pylist(), risks["pd_12m"].to_pylist(), strict=True))
    drawn = np.random.default_rng(7).random(len(rows))
    return rows, (drawn < [pds[row["id"]] for row in rows]).astype(np.int8)


def _loans(made: Generated) -> Iterator[dict[str, str]]:
    with made.csv.open(newline="") as file:
        for row in csv.DictReader(islice(file, _NOTES, None)):
            if row["loan_amnt"]:
                yield row


def _state(known: NDArray[np.float64]) -> FeatureState:
    """Learn what ``spark.learn`` learns, of features with nothing learnt."""
    numbers = {
        feature.name: values[~np.isnan(values)]
        for feature, values in zip(FEATURES, known.T, strict=True)
        if feature.kind is Kind.NUMBER and not np.isnan(values).all()
    }
    cuts = (LOWER_QUANTILE, UPPER_QUANTILE)
    labels = {column.name: column.labels for column in INPUTS if column.dtype is DType.LABEL}
    return FeatureState(
        bounds={
            name: Bounds(
                **dict(zip(("low", "high"), np.quantile(of, cuts).tolist(), strict=True)),
                lower=LOWER_QUANTILE,
                upper=UPPER_QUANTILE,
            )
            for name, of in numbers.items()
        },
        medians={
            name: float(np.median(of))
            for name, of in numbers.items()
            if len(of) >= _NEARLY_ALWAYS * len(known)
        },
        categories={name: of for name, of in labels.items() if name in FEATURE_NAMES},
    )


def _first(columns: Columns, many: int) -> Columns:
    return {name: values[:many] for name, values in columns.items()}


def _inputs(features: NDArray[np.float64], columns: Columns, defaults: NDArray[np.int8]) -> Inputs:
    return Inputs(
        names=FEATURE_NAMES,
        categories=tuple(of.name for of in FEATURES if of.kind is Kind.CATEGORY),
        features=features,
        outcomes=defaults,
        issued=np.asarray(columns["issue_d"], np.int64),
        sub_grade=features[:, FEATURE_NAMES.index("sub_grade_rank")],
    )


def _reading(inputs: Inputs, places: NDArray[np.int64]) -> Inputs:
    """Return inputs of which a model reads some."""
    names = tuple(inputs.names[place] for place in places)
    categories = tuple(name for name in inputs.categories if name in names)
    return replace(inputs, names=names, categories=categories, features=inputs.features[:, places])


def _part(inputs: Inputs, of: slice) -> Inputs:
    return replace(
        inputs,
        features=inputs.features[of],
        outcomes=inputs.outcomes[of],
        issued=inputs.issued[of],
        sub_grade=inputs.sub_grade[of],
    )


def _application(row: Mapping[str, str]) -> Application:
    """Return a loan as JSON has it: numbers as numbers, and nothing of what is not given."""
    return {
        column.name: row[column.name].strip() if column.dtype in _WORDED else _shortest(value)
        for column in INPUTS
        if (value := parse_value(column, row.get(column.name))) is not None
    }


def _shortest(value: float | str) -> float | str:
    return int(value) if isinstance(value, float) and value.is_integer() else value

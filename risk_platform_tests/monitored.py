"""A champion whose training loans are known, and decisions on loans like them, or unlike them."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import lightgbm as lgb
import numpy as np

from risk_platform.contract.column import DType
from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES, INPUTS
from risk_platform.features.parse import Columns, parse_columns, parse_value
from risk_platform.handover.database import Database
from risk_platform.handover.log.decisions import DecisionLog, kept_inputs
from risk_platform.handover.log.writer import MOST_IN_A_COMMIT
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.scoring.bundle import ModelBundle, example_scores
from risk_platform.scoring.model import Family, Model
from risk_platform.scoring.policy import USUAL
from risk_platform.sources.generator.generate import generate
from risk_platform.spark.learn import summarise_columns
from risk_platform.training.reference import population_of, reference_of
from risk_platform_tests.bundles import SEGMENTS, STATE, small_bundle
from risk_platform_tests.handover.log.decided import decision

Given = dict[str, float | str | bool | None]
Change = Callable[[Given], Given]

LOANS, TRAINED_ON = 9_000, 5_000
KEYS = tuple("abcdefgh")
_WORDED = (DType.LABEL, DType.TEXT, DType.MONTH)


@dataclass(frozen=True)
class World:
    """A champion and applications that it has not seen.

    Attributes
    ----------
    bundle
        The champion.
    applications
        As a client sends them, in no order.
    """

    bundle: ModelBundle
    applications: Sequence[Given] = field(repr=False)

    @property
    def model(self) -> LoadedModel:
        """The champion, as the registry's first version, of a digest that no file has."""
        return LoadedModel(bundle=self.bundle, version=1, digest="d" * 64)

    def decide(  # noqa: PLR0913 - tests say what they need
        self,
        database: Database,
        many: int,
        change: Change = dict,
        *,
        keys: Sequence[str] = KEYS,
        digest: str = "d" * 64,
        begin: int = 0,
    ) -> None:
        """Have the champion decide applications, each with a change, while scoring runs."""
        picked = [self.applications[(begin + n) % len(self.applications)] for n in range(many)]
        given = [change(dict(one)) for one in picked]
        pds = self.bundle.predict(parse_columns(INPUTS, given)).tolist()
        made = [
            decision(
                inputs=kept_inputs(one),
                pd=pd,
                key_id=keys[n % len(keys)],
                model_digest=digest,
                model_version=1,
                verdict="approve" if pd < 0.2 else "decline",
            )
            for n, (one, pd) in enumerate(zip(given, pds, strict=True))
        ]
        log = DecisionLog(database)
        for start in range(0, many, MOST_IN_A_COMMIT):
            log.append([made[start : start + MOST_IN_A_COMMIT]])


@cache
def world() -> World:
    """Return a small world, made once for all tests of a process."""
    with TemporaryDirectory() as folder:
        rows = _rows(generate(LOANS, 11, Path(folder)).csv)
    order = np.random.default_rng(0).permutation(len(rows))
    given = [_given(rows[at]) for at in order]
    return World(_champion(parse_columns(INPUTS, given[:TRAINED_ON])), given[TRAINED_ON:])


def _champion(loans: Columns) -> ModelBundle:
    """Return a model that reads much in few inputs, and the reference of its loans."""
    names = ("fico_mid", "household_income_usd", "dti", "loan_amnt", "purpose", "home_ownership")
    read = [FEATURE_NAMES.index(name) for name in names]
    features = build_features(loans, STATE)[:, read]
    fico, income = features[:, 0], np.log(np.maximum(features[:, 1], 1))
    risk = -1.5 - (fico - 700) / 30 - (income - 11) + np.nan_to_num(features[:, 2]) / 40
    defaults = np.random.default_rng(0).random(len(risk)) < 1 / (1 + np.exp(-risk))
    data = lgb.Dataset(features, label=defaults, feature_name=list(names))
    parameters = {"objective": "binary", "verbose": -1, "num_threads": 1, "num_leaves": 15}
    text = lgb.train(parameters, data, num_boost_round=40).model_to_string()
    model = Model(family=Family.LIGHTGBM, inputs=names, text=text)
    population = population_of(summarise_columns(loans), draws=2)
    reference = reference_of(population, model, STATE, USUAL, loans)
    card = replace(small_bundle().card, features=names, golden={})
    unproven = ModelBundle(model, STATE, card, SEGMENTS, reference)
    card = replace(card, golden=example_scores(unproven))
    return ModelBundle(model, STATE, card, SEGMENTS, reference)


def in_cents(given: Given) -> Given:
    """Tell an income in cents, as far as the contract lets it pass."""
    income = given.get("annual_inc")
    return given if income is None else given | {"annual_inc": min(float(income) * 100, 9e6)}


def without(*names: str) -> Change:
    """Leave columns out."""
    return lambda given: given | dict.fromkeys(names)


def _rows(file: Path) -> list[Mapping[str, str]]:
    with file.open(newline="") as opened:
        # A notice stands above the names.
        next(opened)
        return [row for row in csv.DictReader(opened) if row["loan_amnt"]]


def _given(row: Mapping[str, str]) -> Given:
    """Return what a client sends of a loan: numbers as numbers, all else as it is written."""
    return {
        column.name: value if column.dtype not in _WORDED else row[column.name]
        for column in INPUTS
        if (value := parse_value(column, row.get(column.name))) is not None
    }

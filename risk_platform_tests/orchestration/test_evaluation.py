"""What is judged from stored predictions, and what stops a run before anybody reads it."""

from dataclasses import replace

import dagster as dg
import numpy as np
import pyarrow as pa
import pytest

from risk_platform.contract.protocols import SEED
from risk_platform.contract.splits import Cuts, Draw, Split, SplitPlan, Volume
from risk_platform.evaluation.leaderboard import SUB_GRADE, Leaderboard, leaderboard_of, rules_of
from risk_platform.evaluation.predictions import predictions_of
from risk_platform.orchestration.assets.evaluation import leaderboard
from risk_platform.orchestration.candidates import CANDIDATES
from risk_platform.orchestration.checks.predictions import (
    every_judged_loan_is_predicted_once,
    no_model_ranks_better_than_is_credible,
)
from risk_platform.orchestration.lineage import lineage_of
from risk_platform.orchestration.metadata import standings_table
from risk_platform.orchestration.resources import Experiment
from risk_platform_tests.predicted import MODEL, predicted

TABLE = predicted(2_000, models=CANDIDATES)
HALF = Volume(loans=1_000, known=1_000, defaults=200, months_observed=12)
PLAN = SplitPlan(
    protocol=SEED.label,
    division=Cuts(528, 540),
    volumes={Split.TRAIN: HALF, Split.VALIDATION: HALF, Split.TEST: HALF},
)
OTHER = "model_gbt"


def result(judged: object) -> dg.AssetCheckResult:
    """Return what a check found; Dagster does not declare what a call of one returns."""
    assert isinstance(judged, dg.AssetCheckResult)
    return judged


def with_pds(pds: np.ndarray) -> pa.Table:
    """Return the predictions with other PDs."""
    return TABLE.set_column(TABLE.column_names.index(MODEL), MODEL, pa.array(pds))


def leaking() -> pa.Table:
    """Return the predictions of a model that has seen what was repaid."""
    repaid = TABLE["total_rec_prncp"].to_numpy() / TABLE["funded_amnt"].to_numpy()
    return with_pds(0.99 - 0.9 * repaid)


def test_a_model_that_is_too_good_stops_the_run() -> None:
    """On either split; the sentence says which, how good, and what that means."""
    judged = result(no_model_ranks_better_than_is_credible(leaking(), Experiment(protocol="seed")))
    assert not judged.passed
    assert judged.severity is dg.AssetCheckSeverity.ERROR
    assert str(judged.description).startswith(
        "model_lightgbm reaches an AUC of 1.000 on validation, where no honest model has come above"
    )
    assert "on test" in str(judged.description)


def test_an_honest_model_goes_on() -> None:
    """The truth itself is no leak."""
    judged = result(no_model_ranks_better_than_is_credible(TABLE, Experiment(protocol="seed")))
    assert judged.passed


@pytest.mark.parametrize("is_honest", [True, False])
def test_nothing_is_told_of_a_leaking_model(*, is_honest: bool) -> None:
    """The run ends before the leaderboard, and so before anything is registered."""
    table = TABLE if is_honest else leaking()
    assets = [given("model_predictions", table), given("split_plan", PLAN), leaderboard]
    io = dict.fromkeys(("documents", "tables"), dg.mem_io_manager)
    with dg.DagsterInstance.ephemeral() as instance:
        done = dg.materialize(
            [*assets, no_model_ranks_better_than_is_credible],
            instance=instance,
            resources={**io, "experiment": Experiment(protocol="seed")},
            raise_on_error=False,
        )
        told = instance.get_latest_materialization_event(dg.AssetKey("leaderboard"))
    assert (done.success, told is not None) == (is_honest, is_honest)


def given(name: str, value: object) -> dg.AssetsDefinition:
    """Return an asset that is what it is given."""
    return dg.asset(name=name, io_manager_key="tables")(lambda: value)


@pytest.mark.parametrize(
    ("table", "plan", "passes"),
    [
        (TABLE, PLAN, True),
        (TABLE.slice(1), PLAN, False),
        (TABLE.slice(1), replace(PLAN, division=Draw(0.1, 0.2)), True),
        (TABLE.take([0, *range(999), *range(1_000, 2_000)]), PLAN, False),
        (with_pds(np.where(np.arange(2_000) == 7, 1.0, 0.5)), PLAN, False),
        (with_pds(np.where(np.arange(2_000) == 7, np.nan, 0.5)), PLAN, False),
    ],
    ids=["whole", "one lacks", "drawn", "one twice", "certain", "unknown"],
)
def test_each_judged_loan_has_one_pd(table: pa.Table, plan: SplitPlan, *, passes: bool) -> None:
    """As many as the plan has, none twice, each strictly between 0 and 1."""
    assert result(every_judged_loan_is_predicted_once(table, plan)).passed is passes


@pytest.fixture(scope="module")
def board() -> Leaderboard:
    """Return the leaderboard of the truth, called another, and a blurred champion."""
    blurred = with_pds(predicted(2_000, blur=1.0)[MODEL].to_numpy())
    table = blurred.set_column(blurred.column_names.index(OTHER), OTHER, TABLE[MODEL])
    splits = {
        split: predictions_of(table, split, (MODEL, OTHER))
        for split in (Split.VALIDATION, Split.TEST)
    }
    return leaderboard_of(rules_of(SEED, PLAN), splits)


def test_standings_go_from_the_best(board: Leaderboard) -> None:
    """On each split, with the sub-grade among them."""
    for split in (Split.VALIDATION, Split.TEST):
        aucs = [one.figures["auc"] for one in board.of(split)]
        assert aucs == sorted(aucs, reverse=True)
        assert {one.name for one in board.of(split)} == {MODEL, OTHER, SUB_GRADE}
    assert board.leader == OTHER


def test_models_are_held_against_each_other(board: Leaderboard) -> None:
    """DeLong's test of each pair on test, and of each against the sub-grade."""
    (duel,) = board.duels
    assert {duel.first, duel.second} == {MODEL, OTHER}
    assert duel.comparison.p_value < 0.05
    against = {
        one.name: one.against_sub_grade.first
        for one in board.of(Split.TEST)
        if one.against_sub_grade
    }
    assert against == {MODEL: duel.comparison.first, OTHER: duel.comparison.second}


def test_the_page_of_the_leaderboard_shows_every_figure(board: Leaderboard) -> None:
    """One row a score; of the sub-grade what a rank can have."""
    table = standings_table(board.of(Split.TEST))
    rows = {record.data["model"]: record.data for record in table.records}
    assert set(rows) == {MODEL, OTHER, SUB_GRADE}
    assert rows[SUB_GRADE]["brier"] == ""
    assert rows[OTHER]["brier"] != ""


def test_lineage_is_what_the_event_log_holds() -> None:
    """The last materialisation of each asset; one that was never made is left out."""

    @dg.asset(code_version="7")
    def champion_report() -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata={"content": "abc"}, data_version=dg.DataVersion("v2"))

    with dg.DagsterInstance.ephemeral() as instance:
        done = dg.materialize([champion_report], instance=instance)
        (source,) = lineage_of(instance, ["never_made", "champion_report"])
    assert (source.asset, source.version, source.content) == ("champion_report", "v2", "abc")
    assert (source.run_id, source.code) == (done.run_id, "7")
    assert source.made_at.endswith("+00:00")

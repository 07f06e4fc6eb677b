"""Every candidate goes out with what it came from, and none leads by that."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
from mlflow import MlflowClient
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.protocols import WINDOW12
from risk_platform.contract.splits import PLAYED, Cuts, Split, SplitPlan, Volume
from risk_platform.errors.models import NoChampionError
from risk_platform.evaluation.leaderboard import leaderboard_of, rules_of
from risk_platform.evaluation.predictions import splits_of
from risk_platform.handover.models.registry import PublishedModels, Registry
from risk_platform.orchestration.assets.registry import registered_candidates
from risk_platform.orchestration.candidates import CANDIDATES
from risk_platform.orchestration.resources import Addresses, Governance
from risk_platform.scoring.policy import Policy
from risk_platform.spark.clean import clean_loans
from risk_platform.spark.learn import summarise
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.split import SPLIT
from risk_platform.training.fitted import Fitted
from risk_platform.training.reference import population_of
from risk_platform.training.tuned import Budget, Trial, Tuned
from risk_platform_tests.bundles import local_registry, small_bundle
from risk_platform_tests.made import written
from risk_platform_tests.predicted import MODEL, predicted

RawParts = Callable[[Sequence[Mapping[str, str]]], PartFiles]

POLICY = Policy(approve_from=570, decline_below=530)
TRIALS = (
    Trial(parameters={"num_leaves": 15}, losses=(0.4, 0.3), pruned=False, seconds=1.0),
    Trial(parameters={"num_leaves": 31}, losses=(0.5,), pruned=True, seconds=0.5),
)
TUNED = Tuned(
    study="a-study",
    parameters={"num_leaves": 15},
    trials=TRIALS,
    resumed=0,
    budget=Budget(trials=2, minutes=1.0),
    seconds=1.5,
)
# The last one is of the test split.
RAW_LOANS = [{"id": str(n), "fico_range_low": str(600 + n)} for n in range(200)]
VOLUME = Volume(loans=4_000, known=3_000, defaults=600, months_observed=14)


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, spark: SparkSession, raw_parts: RawParts
) -> tuple[Registry, dg.ExecuteInProcessResult]:
    """Return a registry into which the candidates were put, and the run that did it."""
    registry = local_registry(tmp_path_factory.mktemp("registry"))
    bundle = small_bundle()
    fitted = Fitted(
        model=bundle.model,
        parameters={"max_depth": 4},
        rounds=20,
        history={"train": (0.3,), "validation": (0.3,)},
        importance={"dti": 1.0},
    )
    table = predicted(models=CANDIDATES)
    plan = SplitPlan(
        protocol=WINDOW12.label, division=Cuts(528, 540), volumes=dict.fromkeys(PLAYED, VOLUME)
    )
    cleaned = clean_loans(raw_parts(RAW_LOANS), {"a.csv": date(2019, 3, 1)}, {})
    loans = written(cleaned, tmp_path_factory.mktemp("cleaned")).read(spark)
    later = F.col("id") == RAW_LOANS[-1]["id"]
    split_loans = loans.withColumn(
        SPLIT, F.when(later, Split.TEST.value).otherwise(Split.TRAIN.value)
    )
    given = {
        "split_loans": split_loans,
        "reference_profile": population_of(
            summarise(split_loans.where(F.col(SPLIT) == Split.TRAIN.value)), draws=2
        ),
        **dict.fromkeys(CANDIDATES, fitted),
        "feature_state": bundle.state,
        "borrower_segments": bundle.segments,
        "model_predictions": table,
        "tuned_parameters": TUNED,
        "leaderboard": leaderboard_of(rules_of(WINDOW12, plan), splits_of(table, CANDIDATES)),
    }
    done = dg.materialize(
        [*(_given(name, value) for name, value in given.items()), registered_candidates],
        resources={
            "registry": registry,
            "documents": dg.mem_io_manager,
            "addresses": Addresses(scoring="http://scoring", mlflow="http://mlflow"),
            "policy": POLICY,
            "governance": Governance(root="", is_automatic=True, proposer="Ada"),
        },
    )
    return registry, done


def _given(name: str, value: object) -> dg.AssetsDefinition:
    return dg.asset(name=name, io_manager_key="documents")(lambda: value)


def _published(done: dg.ExecuteInProcessResult) -> PublishedModels:
    return done.output_for_node("registered_candidates")


Made = tuple[Registry, dg.ExecuteInProcessResult]


def test_each_candidate_is_a_version_and_none_leads(made: Made) -> None:
    """In the order in which they are named."""
    registry, done = made
    versions = _published(done).versions
    assert [(name, of.version) for name, of in versions.items()] == [
        (name, number) for number, name in enumerate(CANDIDATES, start=1)
    ]
    with pytest.raises(NoChampionError):
        registry.version_of()


def test_each_version_can_be_fetched_and_scored(made: Made) -> None:
    """What went out is what comes back: the figures of its own report, and the lender's policy."""
    registry, done = made
    for of in _published(done).versions.values():
        loaded = registry.load(of.version)
        assert loaded.digest == of.digest
        assert loaded.bundle.card.metrics["auc"] > 0.5
        assert loaded.bundle.policy == POLICY
        assert loaded.bundle.card.made_by == "Ada"


def test_each_version_carries_its_reference(made: Made) -> None:
    """The loans of training by what it reads, and what it made of them."""
    registry, done = made
    for of in _published(done).versions.values():
        reference = registry.load(of.version).bundle.reference
        assert reference.population.loans == len(RAW_LOANS) - 1
        assert reference.scores.pds.known == len(RAW_LOANS) - 1
        assert reference.population.numbers["fico_mid"].known == len(RAW_LOANS) - 1
        assert sum(reference.importance.values()) == pytest.approx(1)


def test_the_mlflow_run_says_where_a_candidate_came_from(made: Made) -> None:
    """The Dagster run, the protocol, the versions of its tables; figures of both splits, plots."""
    registry, done = made
    of = _published(done).versions[MODEL]
    client = MlflowClient(registry.tracking_uri)
    run = client.get_run(of.mlflow_run_id)
    tags, metrics = run.data.tags, run.data.metrics
    assert tags["dagster_run_id"] == done.run_id
    assert (tags["asset"], tags["protocol"]) == (MODEL, WINDOW12.label)
    assert "data.model_predictions" in tags
    assert {"test_auc", "validation_auc", "test_ece"} <= set(metrics)
    assert run.data.params == {"max_depth": "4", "family": "lightgbm", "rounds": "20"}
    plots = {Path(file.path).name for file in client.list_artifacts(of.mlflow_run_id, "plots")}
    assert {"roc.png", "learning.png", "importance.png", "calibration.png"} <= plots


def test_the_searched_candidate_brings_its_trials(made: Made) -> None:
    """How many there were and were pruned, as plots and whole; the others searched nothing."""
    registry, done = made
    client = MlflowClient(registry.tracking_uri)
    of = _published(done).versions
    run = client.get_run(of[MODEL].mlflow_run_id)
    assert (run.data.metrics["trials"], run.data.metrics["pruned_trials"]) == (2, 1)
    files = {file.path for file in client.list_artifacts(of[MODEL].mlflow_run_id)}
    assert "trials.json" in files
    plots = {Path(file.path).name for file in client.list_artifacts(run.info.run_id, "plots")}
    assert {"trials.png", "trials_by_step.png"} <= plots
    other = client.get_run(of["model_gbt"].mlflow_run_id)
    assert "trials" not in other.data.metrics


def test_the_asset_names_the_mlflow_runs(made: Made) -> None:
    """From Dagster's page to MLflow's, and back by the tag."""
    _, done = made
    (event,) = done.asset_materializations_for_node("registered_candidates")
    table = event.metadata["candidates"]
    assert isinstance(table, dg.TableMetadataValue)
    rows = {record.data["asset"]: record.data for record in table.records}
    assert rows[MODEL]["mlflow_run_id"] == _published(done).versions[MODEL].mlflow_run_id
    assert str(rows[MODEL]["in MLflow"]).startswith("http://mlflow/#/models/credit-pd/versions/")

"""The code location: all that Dagster loads."""

import warnings
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from importlib import import_module
from types import ModuleType

import dagster as dg

from risk_platform.orchestration import checks
from risk_platform.orchestration.assets import STAGES
from risk_platform.orchestration.io_managers import (
    DocumentsIOManager,
    PagesIOManager,
    TablesIOManager,
)
from risk_platform.orchestration.jobs import (
    record_serving_gate,
    refresh_platform,
    report_drift,
    report_drift_of_vintages,
    watch_platform,
)
from risk_platform.orchestration.monitoring.door import GateDoor
from risk_platform.orchestration.monitoring.sensors import monitoring_sensors
from risk_platform.orchestration.refusals import blocking_checks
from risk_platform.orchestration.resources import (
    Addresses,
    Drills,
    Experiment,
    Governance,
    Inspection,
    LoanSource,
    RegistryFactory,
    ServiceKey,
    SparkResource,
    TableStoreFactory,
    Tuning,
)
from risk_platform.orchestration.retention import DecisionStore, purge_old_decisions
from risk_platform.orchestration.schedules import (
    daily_monitoring,
    daily_retention,
    daily_watch,
    monthly_refresh,
)
from risk_platform.orchestration.sensors import build_sensors
from risk_platform.orchestration.tags import tagging_executor
from risk_platform.orchestration.versions import code_version
from risk_platform.scoring.policy import Policy
from risk_platform.settings import Settings

OWNERS = ["team:credit-risk"]
# The platform is refreshed monthly: a table that is older than a long month has missed its turn.
FRESH = dg.FreshnessPolicy.time_window(
    warn_window=timedelta(days=32), fail_window=timedelta(days=38)
)


def build_definitions(settings: Settings) -> dg.Definitions:
    """Assemble assets, checks, jobs, schedules, sensors and resources for an environment."""
    experiment = Experiment.of(settings)
    judges = dg.load_asset_checks_from_package_module(checks)
    assets = [asset for stage in _stages() for asset in _assets(stage, experiment.version)]
    blocking = blocking_checks(spec for made in (*assets, *judges) for spec in made.check_specs)
    return dg.Definitions(
        assets=assets,
        asset_checks=judges,
        jobs=[
            refresh_platform,
            watch_platform(judges),
            record_serving_gate,
            report_drift,
            report_drift_of_vintages,
            purge_old_decisions,
        ],
        schedules=[monthly_refresh, daily_watch, daily_retention, daily_monitoring],
        sensors=[*build_sensors(settings), *monitoring_sensors(settings, blocking)],
        resources=_resources(settings, blocking) | {"experiment": experiment},
        executor=tagging_executor(experiment.protocol),
    )


def _assets(stage: ModuleType, experiment: str) -> Iterator[dg.AssetsDefinition]:
    """Yield a stage's assets, each with what all of them have."""
    code = code_version(stage.__name__)
    for asset in dg.load_assets_from_modules([stage]):
        if isinstance(asset, dg.AssetsDefinition):
            # Another experiment gives other tables of the same code and loans.
            ruled = "experiment" in asset.required_resource_keys
            version = f"{code}-{experiment}" if ruled else code
            yield asset.map_asset_specs(partial(_specified, version=version, asset=asset))


def _specified(spec: dg.AssetSpec, version: str, asset: dg.AssetsDefinition) -> dg.AssetSpec:
    return spec.replace_attributes(
        owners=OWNERS,
        code_version=version,
        freshness_policy=FRESH if asset.is_materializable else None,
    )


def _stages() -> list[ModuleType]:
    with warnings.catch_warnings():
        # Single-run backfills are what makes a whole refresh one run, and files are observed, not
        # made; Dagster calls both beta.
        warnings.filterwarnings("ignore", message=".*(backfill_policy|observable_source_asset)")
        return [import_module(f"risk_platform.orchestration.assets.{stage}") for stage in STAGES]


def _resources(settings: Settings, blocking: dict[str, list[str]]) -> dict[str, object]:
    root, tables, scratch = settings.root, settings.tables_root, settings.scratch
    spark = SparkResource.of(settings)
    return {
        "spark": spark,
        "tables": TablesIOManager(root=tables, scratch=scratch, checks=blocking, spark=spark),
        "documents": DocumentsIOManager(root=tables, checks=blocking),
        "pages": PagesIOManager(root=str(root / "pages")),
        "store": TableStoreFactory(root=tables, scratch=scratch),
        "source": LoanSource.of(settings),
        "inspection": Inspection(
            engine=settings.check_engine,
            oldest_data_months=settings.oldest_data_months,
            spark=spark,
        ),
        "registry": RegistryFactory(
            tracking_uri=settings.tracking_uri,
            model_name=settings.model_name,
            artifacts=str(root / "mlflow"),
        ),
        "policy": Policy(approve_from=settings.approve_from, decline_below=settings.decline_below),
        "governance": Governance(
            root=tables, is_automatic=settings.promotion == "auto", proposer=settings.proposer
        ),
        "tuning": Tuning(
            trials=settings.tuning_trials,
            minutes=settings.tuning_minutes,
            folder=str(root / "tuning"),
        ),
        "decision_store": DecisionStore.of(settings),
        "gate_door": GateDoor(settings),
        "addresses": Addresses(scoring=settings.api_url, mlflow=settings.mlflow_url),
        "drills": Drills(folder=str(settings.drills_folder)),
        "service_key": ServiceKey(settings.service_key),
    }


defs = build_definitions(Settings())

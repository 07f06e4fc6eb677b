"""The code location: all that Dagster loads."""

import warnings
from importlib import import_module
from types import ModuleType

import dagster as dg

from risk_platform.contract.protocols import protocol_named
from risk_platform.orchestration import checks
from risk_platform.orchestration.assets import STAGES
from risk_platform.orchestration.io_managers import DocumentsIOManager, TablesIOManager
from risk_platform.orchestration.jobs import refresh_platform
from risk_platform.orchestration.resources import (
    Addresses,
    Experiment,
    LoanSource,
    RegistryFactory,
    SparkResource,
    TableStoreFactory,
)
from risk_platform.settings import Settings

OWNERS = ["team:credit-risk"]


def build_definitions(settings: Settings) -> dg.Definitions:
    """Assemble assets, checks, jobs and resources for an environment."""
    stages = _stages()
    return dg.Definitions(
        assets=[
            asset.map_asset_specs(lambda spec: spec.replace_attributes(owners=OWNERS))
            for asset in dg.load_assets_from_modules(stages)
            if isinstance(asset, dg.AssetsDefinition)
        ],
        asset_checks=dg.load_asset_checks_from_package_module(checks),
        jobs=[refresh_platform],
        resources=_resources(settings),
        # One process a run, so that a JVM starts once in it.
        executor=dg.in_process_executor,
    )


def _stages() -> list[ModuleType]:
    with warnings.catch_warnings():
        # Single-run backfills are what makes a whole refresh one run; Dagster calls them beta.
        warnings.filterwarnings("ignore", message=".*backfill_policy")
        return [import_module(f"risk_platform.orchestration.assets.{stage}") for stage in STAGES]


def _resources(settings: Settings) -> dict[str, object]:
    root = settings.root
    tables = str(root / "tables")
    spark = SparkResource.of(settings)
    return {
        "spark": spark,
        "tables": TablesIOManager(root=tables, spark=spark),
        "documents": DocumentsIOManager(root=str(root / "documents")),
        "store": TableStoreFactory(root=tables),
        "source": LoanSource(
            files=settings.source,
            encoding=settings.source_encoding,
            loans=settings.loans,
            seed=settings.seed,
            folder=str(root / "generated"),
        ),
        "experiment": Experiment(protocol=protocol_named(settings.protocol).name),
        "registry": RegistryFactory(
            tracking_uri=settings.tracking_uri,
            model_name=settings.model_name,
            artifacts=str(root / "mlflow"),
        ),
        "addresses": Addresses(scoring=settings.api_url, mlflow=settings.mlflow_url),
    }


defs = build_definitions(Settings())

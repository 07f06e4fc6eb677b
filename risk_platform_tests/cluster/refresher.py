"""A process that makes the tables from raw loans to features, by the platform's own definitions.

Run as a program; its environment (``RISK_…``) says where and on which master. At the end it writes
what is published to the file that ``TOLD`` names. ``--die-after ASSET`` has it kill itself as soon
as Dagster has recorded that the asset was made; ``--look`` has it make nothing; ``--code`` has it
tell where the cluster's workers take the code from.
"""

import json
import os
import signal
import sys
import uuid
from contextlib import suppress
from functools import partial
from pathlib import Path

import dagster as dg
from dagster import EventLogEntry

from risk_platform.commands.home import open_instance
from risk_platform.definitions import build_definitions
from risk_platform.errors.tables import MissingTableError
from risk_platform.orchestration.jobs import refresh_platform
from risk_platform.orchestration.partitions import EVERY_QUARTER
from risk_platform.orchestration.resources import SparkResource
from risk_platform.settings import Settings
from risk_platform.spark import features
from risk_platform.store.manifest import Manifest
from risk_platform.store.tables import TableStore

TABLES = ("raw_loans", "quarantined_loans", "cleaned_loans", "split_loans", "loan_features")
DOCUMENTS = ("split_plan", "feature_state")
# In the order in which they are made.
ASSETS = (
    "quarantined_loans",
    "raw_loans",
    "cleaned_loans",
    "split_plan",
    "split_loans",
    "feature_state",
    "loan_features",
)


def refresh(settings: Settings, dies_after: str | None = None) -> None:
    """Make all tables with their checks, in one run over all quarters."""
    run_id = str(uuid.uuid4())
    with open_instance(settings) as instance:
        if dies_after:
            instance.add_event_listener(run_id, partial(_die_after, dies_after))
        job = build_definitions(settings).resolve_job_def(refresh_platform.name)
        job.execute_in_process(
            instance=instance,
            run_id=run_id,
            asset_selection=[dg.AssetKey(name) for name in ASSETS],
            tags=EVERY_QUARTER,
        )


def published(settings: Settings) -> dict[str, list[str | int]]:
    """Return what readers see: each table's content and rows, each document's digest."""
    store = TableStore(settings.tables_root)
    seen: dict[str, list[str | int]] = {}
    for table in TABLES:
        with suppress(MissingTableError):
            seen[table] = [*content_of(table, store.verify(table))]
    for document in DOCUMENTS:
        with suppress(MissingTableError):
            seen[document] = [store.verify(document).content]
    return seen


def content_of(table: str, manifest: Manifest) -> tuple[str, int]:
    """Return the content of a version and its rows; rejects name their run, and so differ."""
    return ("" if table == "quarantined_loans" else manifest.content, manifest.rows)


def code_of_workers(settings: Settings) -> str:
    """Return the file that a worker of the cluster imports a module of this project from."""
    context = SparkResource.of(settings).spark_session.sparkContext
    return context.parallelize([0], 1).map(lambda _: str(features.__file__)).collect()[0]


def _die_after(asset: str, event: EventLogEntry) -> None:
    if event.dagster_event and event.dagster_event.is_step_materialization:
        key = event.dagster_event.asset_key
        if key and key.to_user_string() == asset:
            os.kill(os.getpid(), signal.SIGKILL)


def main(task: str = "--refresh", asset: str | None = None) -> None:
    """Do what is asked, and write what there is to tell."""
    settings = Settings()
    if task in {"--refresh", "--die-after"}:
        refresh(settings, asset)
    told = code_of_workers(settings) if task == "--code" else published(settings)
    Path(os.environ["TOLD"]).write_text(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A small platform on a home of its own: real definitions, a real instance, a few raw loans."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import dagster as dg
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from risk_platform.commands.home import open_instance
from risk_platform.definitions import build_definitions
from risk_platform.orchestration.partitions import EVERY_QUARTER
from risk_platform.settings import Settings
from risk_platform.sources.generator.generate import generate

LOANS = 300


@dataclass(frozen=True)
class SmallPlatform:
    """Definitions and instance of one home.

    Parameters
    ----------
    settings
        Its settings; the source is a folder with one file.
    instance
        Its Dagster instance.
    """

    settings: Settings
    instance: dg.DagsterInstance

    @cached_property
    def definitions(self) -> dg.Definitions:
        """All that Dagster loads."""
        return build_definitions(self.settings)

    @property
    def raw_file(self) -> Path:
        """The only file of the source."""
        return next(Path(self.settings.source).glob("*.csv"))

    def change_a_byte(self) -> None:
        """Change the raw file, and nothing of its size."""
        text = self.raw_file.read_bytes()
        self.raw_file.write_bytes(text.replace(b"credit_card", b"credit_cards", 1)[: len(text)])

    def run(self, *assets: str, job: str = "refresh_platform") -> dg.ExecuteInProcessResult:
        """Run some assets of a job, over all quarters."""
        return self.definitions.resolve_job_def(job).execute_in_process(
            instance=self.instance,
            asset_selection=[dg.AssetKey(name) for name in assets],
            tags=EVERY_QUARTER,
            raise_on_error=False,
        )

    def make_quarter(self, asset: str, quarter: str) -> None:
        """Make a quarter of an asset, and leave out its checks."""
        job = self.definitions.resolve_job_def("refresh_platform").get_subset(
            asset_selection={dg.AssetKey(asset)}, asset_check_selection=set()
        )
        assert job.execute_in_process(instance=self.instance, partition_key=quarter).success

    def observe(self) -> None:
        """Look at the raw files."""
        assert self.run("loan_files", job="watch_platform").success

    def land(self) -> None:
        """Land the raw files."""
        assert self.run("raw_loans", "quarantined_loans").success

    def stale(self) -> set[str]:
        """Return the assets that Dagster shows as outdated, in any of their partitions."""
        graph = self.definitions.resolve_asset_graph()
        resolver = CachingStaleStatusResolver(
            self.instance, graph, LoadingContextForTest(self.instance)
        )
        return {
            key.to_user_string()
            for key in graph.get_all_asset_keys()
            for partition in _partitions(graph.get(key).partitions_def)
            if resolver.get_status(key, partition) is StaleStatus.STALE
        }

    def data_version(self, asset: str) -> str:
        """Return the version of an asset's data as it was last made."""
        event = self.instance.get_latest_materialization_event(dg.AssetKey(asset))
        assert event is not None
        assert event.asset_materialization is not None
        return (event.asset_materialization.tags or {})["dagster/data_version"]


@contextmanager
def small_platform(home: Path, loans: int = LOANS) -> Iterator[SmallPlatform]:
    """Open a platform whose source is a few generated loans."""
    source = home / "source"
    source.mkdir(parents=True)
    generate(loans, 7, source)
    settings = Settings(home=home, source=str(source), spark_master="local[2]")
    with open_instance(settings) as instance:
        yield SmallPlatform(settings, instance)


def _partitions(quarters: dg.PartitionsDefinition | None) -> list[str | None]:
    return list(quarters.get_partition_keys()) if quarters else [None]

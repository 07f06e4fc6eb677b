"""IO managers: loan tables as published Parquet, everything small as a published document."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.dataset as pa_dataset
from pydantic import TypeAdapter
from pyspark.sql import DataFrame

from risk_platform.contract.vintages import quarter_folders
from risk_platform.errors.tables import MissingTableError
from risk_platform.orchestration.metadata import counts_table, table_schema
from risk_platform.orchestration.refusals import refuse_unsound
from risk_platform.orchestration.resources import SparkResource
from risk_platform.orchestration.retries import retried_io
from risk_platform.spark.marks import mark_counts
from risk_platform.spark.partwise import PartFiles, Partwise, write_parts
from risk_platform.store.documents import DocumentStore
from risk_platform.store.durable import replace_file
from risk_platform.store.tables import TableStore


class TablesIOManager(dg.ConfigurableIOManager):
    """Have a table made, and publish it as a new version; hand one to whoever reads it.

    A partitioned table is kept by ``issue_quarter``, and all partitions of a run are made at once.
    The type of the parameter that receives a table says what is handed on: its files, a table of
    Spark's, one of Arrow's, or Arrow's dataset, of which the reader reads what it needs.

    Parameters
    ----------
    root
        Folder of the published tables: a path, or the URL of a remote one.
    scratch
        Folder for copies of remote tables; empty for the machine's temporary one.
    checks
        The names of each asset's blocking checks: what did not pass them is not handed on.
    spark
        The session.
    """

    root: str
    scratch: str
    checks: dict[str, list[str]]
    spark: dg.ResourceDependency[SparkResource]

    def handle_output(self, context: dg.OutputContext, obj: Partwise) -> None:
        """Publish the table and record its rows, schema and content."""
        table, parts = _name(context.asset_key), list(context.asset_partition_keys)
        store = self._store()
        with retried_io(context), store.new_version(table, refreshed=parts) as version:
            wanted = replace(obj, source=obj.source.only(parts))
            version.rows = write_parts(self.spark.spark_session, wanted, version.folder)
            version.parts = quarter_folders(version.folder)
        context.add_output_metadata(
            {
                "dagster/row_count": version.rows,
                "dagster/column_schema": table_schema(obj.schema),
                "version": version.name,
                "content": version.manifest.content if version.manifest else None,
            }
        )
        counts = mark_counts(store.dataset(table, parts)) if version.rows else {}
        if counts:
            context.add_output_metadata({"marks": counts_table(counts, "column")})

    def load_input(
        self, context: dg.InputContext
    ) -> PartFiles | DataFrame | pa.Table | pa_dataset.Dataset:
        """Hand on the partitions that the consumer asks for, or the whole table."""
        store, table = self._store(), _name(context.asset_key)
        refuse_unsound(context, store, self.checks)
        parts = list(context.asset_partition_keys) if context.has_asset_partitions else None
        wanted = context.dagster_type.typing_type
        with retried_io(context):
            if wanted is pa_dataset.Dataset:
                return store.dataset(table, parts)
            if wanted is pa.Table:
                return store.dataset(table, parts).to_table()
            files = PartFiles(store.local_parts(table, parts))
        if not files.of:
            raise MissingTableError(table)
        return files if wanted is PartFiles else files.read(self.spark.spark_session)

    def _store(self) -> TableStore:
        return TableStore(self.root, scratch=self.scratch)


class DocumentsIOManager(dg.ConfigurableIOManager):
    """Publish one dataclass an asset as JSON; the annotations say what it is.

    Parameters
    ----------
    root
        Folder of all that is published: a path, or the URL of a remote one.
    checks
        The names of each asset's blocking checks: what did not pass them is not handed on.
    """

    root: str
    checks: dict[str, list[str]]

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:  # noqa: ANN401
        """Publish the document as a new version, and record its content."""
        store, name = DocumentStore(self.root), _name(context.asset_key)
        with retried_io(context):
            manifest = store.publish(name, TypeAdapter(type(obj)).dump_json(obj, indent=1))
        (file,) = manifest.files
        context.add_output_metadata(
            {
                "version": manifest.version,
                "content": manifest.content,
                "path": dg.MetadataValue.path(f"{store.home(name)}/{file.path}"),
            }
        )

    def load_input(self, context: dg.InputContext) -> Any:  # noqa: ANN401
        """Read the document as what the parameter's annotation names."""
        store = DocumentStore(self.root)
        refuse_unsound(context, store, self.checks)
        with retried_io(context):
            content = store.read(_name(context.asset_key))
        return TypeAdapter(context.dagster_type.typing_type).validate_json(content)


class PagesIOManager(dg.ConfigurableIOManager):
    """Keep one page of HTML an asset, for people to open; no asset reads it."""

    root: str

    def handle_output(self, context: dg.OutputContext, obj: str) -> None:
        """Write the page beside the old one, then swap."""
        path = Path(self.root) / f"{_name(context.asset_key)}.html"
        with retried_io(context):
            replace_file(path, obj.encode())
        context.add_output_metadata({"path": dg.MetadataValue.path(path)})

    def load_input(self, context: dg.InputContext) -> str:
        """Read the page."""
        return (Path(self.root) / f"{_name(context.asset_key)}.html").read_text()


def _name(key: dg.AssetKey) -> str:
    return "/".join(key.path)

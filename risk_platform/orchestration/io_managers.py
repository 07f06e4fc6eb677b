"""IO managers: loan tables as published Parquet, everything small as a JSON document."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
from pydantic import TypeAdapter
from pyspark.sql import DataFrame

from risk_platform.contract.vintages import ISSUE_QUARTER, quarter_folders
from risk_platform.errors import MissingTableError
from risk_platform.orchestration.metadata import table_schema
from risk_platform.orchestration.resources import SparkResource
from risk_platform.spark.disk import spark_path
from risk_platform.spark.store import TableStore
from risk_platform.spark.write import write_parquet


class TablesIOManager(dg.ConfigurableIOManager):
    """Write a Spark table as a new published version; read one into Spark or Arrow.

    A partitioned table is written by ``issue_quarter``, all partitions of a run at once. The type
    of the parameter that receives a table says which engine reads it.

    Parameters
    ----------
    root
        Folder of the published tables: a path, or the URL of a remote one.
    scratch
        Folder for copies of remote tables; empty for the machine's temporary one.
    spark
        The session.
    """

    root: str
    scratch: str
    spark: dg.ResourceDependency[SparkResource]

    def handle_output(self, context: dg.OutputContext, obj: DataFrame) -> None:
        """Publish the table and record its rows, schema and content."""
        table, parts = _name(context.asset_key), _partitions(context)
        with self._store().new_version(table, refreshed=parts or None) as version:
            version.rows = write_parquet(obj, version.folder, by=ISSUE_QUARTER if parts else None)
            if parts:
                version.parts = quarter_folders(version.folder)
        context.add_output_metadata(
            {
                "dagster/row_count": version.rows,
                "dagster/column_schema": table_schema(obj.schema),
                "version": version.name,
                "content": version.manifest.content if version.manifest else None,
            }
        )

    def load_input(self, context: dg.InputContext) -> DataFrame | pa.Table:
        """Read the partitions that the consumer asks for, or the whole table."""
        store, table = self._store(), _name(context.asset_key)
        parts = list(context.asset_partition_keys) if context.has_asset_partitions else None
        if context.dagster_type.typing_type is pa.Table:
            return store.dataset(table, parts).to_table()
        files = [spark_path(file) for file in store.local_files(table, parts)]
        if not files:
            raise MissingTableError(table)
        return self.spark.spark_session.read.parquet(*files)

    def _store(self) -> TableStore:
        return TableStore(self.root, scratch=self.scratch)


class DocumentsIOManager(dg.ConfigurableIOManager):
    """Keep one dataclass an asset as JSON; the annotations say what it is."""

    root: str

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:  # noqa: ANN401
        """Write the document beside the old one, then swap."""
        path = self._path(context.asset_key)
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = path.with_suffix(f".{context.run_id[:8]}.staged")
        staged.write_bytes(TypeAdapter(type(obj)).dump_json(obj, indent=1))
        staged.replace(path)
        context.add_output_metadata({"path": dg.MetadataValue.path(path)})

    def load_input(self, context: dg.InputContext) -> Any:  # noqa: ANN401
        """Read the document as what the parameter's annotation names."""
        path = self._path(context.asset_key)
        if not path.exists():
            raise MissingTableError(_name(context.asset_key))
        return TypeAdapter(context.dagster_type.typing_type).validate_json(path.read_bytes())

    def _path(self, key: dg.AssetKey) -> Path:
        return Path(self.root) / f"{_name(key)}.json"


def _name(key: dg.AssetKey) -> str:
    return "/".join(key.path)


def _partitions(context: dg.OutputContext) -> Sequence[str]:
    return list(context.asset_partition_keys) if context.has_asset_partitions else []

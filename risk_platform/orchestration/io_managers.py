"""IO managers: loan tables as published Parquet, everything small as a JSON document."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.dataset as pa_dataset
from pydantic import TypeAdapter
from pyspark.sql import DataFrame

from risk_platform.contract.vintages import ISSUE_QUARTER, quarter_folders
from risk_platform.errors import MissingTableError
from risk_platform.orchestration.metadata import table_schema
from risk_platform.orchestration.resources import SparkResource
from risk_platform.spark.store import WHOLE, TableStore


class TablesIOManager(dg.ConfigurableIOManager):
    """Write a Spark table as a new published version; read one into Spark or Arrow.

    A partitioned table is written by ``issue_quarter``, all partitions of a run at once. The type
    of the parameter that receives a table says which engine reads it.
    """

    root: str
    spark: dg.ResourceDependency[SparkResource]

    def handle_output(self, context: dg.OutputContext, obj: DataFrame) -> None:
        """Publish the table and record its rows and schema."""
        store, table = TableStore(Path(self.root)), _name(context.asset_key)
        parts = _partitions(context)
        with store.new_version(table, refreshed=parts or [WHOLE]) as version:
            if parts:
                _write_by_quarter(obj, version.folder)
                version.parts = quarter_folders(version.folder)
            else:
                obj.write.mode("append").parquet(str(version.folder))
        context.add_output_metadata(
            {
                "dagster/row_count": _rows(store.folders(table, parts)),
                "dagster/column_schema": table_schema(obj.schema),
                "version": version.folder.name,
            }
        )

    def load_input(self, context: dg.InputContext) -> DataFrame | pa.Table:
        """Read the partitions that the consumer asks for, or the whole table."""
        table = _name(context.asset_key)
        parts = list(context.asset_partition_keys) if context.has_asset_partitions else None
        folders = [str(folder) for folder in TableStore(Path(self.root)).folders(table, parts)]
        if not folders:
            raise MissingTableError(table)
        if context.dagster_type.typing_type is pa.Table:
            return pa_dataset.dataset(_files(folders)).to_table()
        return self.spark.spark_session.read.parquet(*folders)


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


def _write_by_quarter(table: DataFrame, folder: Path) -> None:
    # One file a quarter: hashed by quarter, so that a quarter is written by one task.
    table.repartition(ISSUE_QUARTER).write.mode("append").partitionBy(ISSUE_QUARTER).parquet(
        str(folder)
    )


def _files(folders: Sequence[str]) -> list[str]:
    return [str(file) for folder in folders for file in sorted(Path(folder).glob("*.parquet"))]


def _rows(folders: Sequence[Path]) -> int:
    files = _files([str(folder) for folder in folders])
    return pa_dataset.dataset(files).count_rows() if files else 0

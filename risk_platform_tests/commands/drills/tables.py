"""Published loans for drills, written as the platform publishes them, without Spark."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from risk_platform.contract.column import DType
from risk_platform.features.definitions import INPUTS
from risk_platform.features.parse import parse_months
from risk_platform.simulation.applications import Applications, Values
from risk_platform.spark.typed import ARROW_TYPES, first_day
from risk_platform.store.tables import TableStore


def publish_split(root: str, loans: Applications, splits: list[str]) -> None:
    """Publish loans with their splits."""
    columns = {of.name: _column(loans[of.name], of.dtype) for of in INPUTS}
    with TableStore(root).new_version("split_loans") as version:
        table = pa.table({**columns, "split": pa.array(splits)})
        pq.write_table(table, version.folder / "part.parquet")


def _column(values: Values, dtype: DType) -> pa.Array:
    if dtype is DType.MONTH:
        return pa.array([None if one is None else _day(one) for one in values], pa.date32())
    return pa.array(values, ARROW_TYPES[dtype], from_pandas=True)


def _day(month: str) -> date:
    return first_day(int(parse_months(month)))

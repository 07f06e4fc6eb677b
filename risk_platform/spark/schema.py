"""The contract as Spark types, and how a table differs from it."""

from collections.abc import Mapping, Sequence

from pyspark.sql import Column as SparkColumn
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's users know
from pyspark.sql import types as T  # noqa: N812

from risk_platform.contract.column import Column, DType

SPARK_TYPES: dict[DType, T.DataType] = {
    DType.FLOAT: T.DoubleType(),
    DType.PERCENT: T.DoubleType(),
    DType.INTEGER: T.LongType(),
    DType.TERM: T.IntegerType(),
    DType.EMP_LENGTH: T.IntegerType(),
    DType.MONTH: T.DateType(),
    DType.LABEL: T.StringType(),
    DType.TEXT: T.StringType(),
}


def spark_schema(columns: Sequence[Column]) -> T.StructType:
    """Return the Spark schema of contract columns; every one may be null."""
    return T.StructType([T.StructField(c.name, SPARK_TYPES[c.dtype]) for c in columns])


# How Arrow, and so the manifest of a table, calls what Spark wrote.
_ARROW_NAMES = {
    "bigint": "int64",
    "boolean": "bool",
    "date": "date32[day]",
    "double": "double",
    "int": "int32",
    "string": "string",
}


def arrow_columns(schema: T.StructType) -> dict[str, str]:
    """Return the columns of a Spark table with Arrow's names of their types."""
    return {field.name: _ARROW_NAMES[field.dataType.simpleString()] for field in schema}


def schema_gap(actual: T.StructType, wanted: T.StructType) -> dict[str, str]:
    """Return what a table lacks, has too much or has of another type; empty where it matches."""
    have, want = (
        {field.name: field.dataType.simpleString() for field in schema}
        for schema in (actual, wanted)
    )
    return columns_gap(have, want)


def columns_gap(have: Mapping[str, str], want: Mapping[str, str]) -> dict[str, str]:
    """Return what a table lacks, has too much or has of another type; empty where it matches.

    Parameters
    ----------
    have, want
        Column to the name of its type.
    """
    missing = dict.fromkeys(want.keys() - have.keys(), "missing")
    extra = dict.fromkeys(have.keys() - want.keys(), "not in the contract")
    other = {
        name: f"{have[name]} instead of {want[name]}"
        for name in have.keys() & want.keys()
        if have[name] != want[name]
    }
    return dict(sorted((missing | extra | other).items()))


def months_since_1970(month: SparkColumn) -> SparkColumn:
    """Return a month's first day as months since January 1970."""
    return ((F.year(month) - 1970) * 12 + F.month(month) - 1).cast("int")

"""How a table of Spark's differs from what it should be, and its months as numbers."""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's users know
from pyspark.sql import types as T  # noqa: N812


def schema_gap(actual: T.StructType, wanted: T.StructType) -> dict[str, str]:
    """Return what a table lacks, has too much or has of another type; empty where it matches."""
    have = {field.name: field.dataType.simpleString() for field in actual}
    want = {field.name: field.dataType.simpleString() for field in wanted}
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

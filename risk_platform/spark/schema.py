"""How the columns of a table differ from what they should be, and months as numbers."""

from collections.abc import Mapping

import pyarrow as pa
from pyspark.sql import Column as SparkColumn
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's users know


def columns_gap(have: Mapping[str, str], wanted: pa.Schema) -> dict[str, str]:
    """Return what a table lacks, has too much or has of another type; empty where it matches.

    Parameters
    ----------
    have
        Column to Arrow's name of its type, as the manifest of a table tells them.
    wanted
        What it should be.
    """
    want = {field.name: str(field.type) for field in wanted}
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

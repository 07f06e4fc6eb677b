"""Marks: how many values of a table were texts that mean "not given"."""

from collections.abc import Mapping

import pyarrow.compute as pc
import pyarrow.dataset as pa_dataset

from risk_platform.contract.marks import INDICATORS


def mark_counts(table: pa_dataset.Dataset) -> Mapping[str, int]:
    """Count the marks of each column, from its indicator; empty for a table without indicators."""
    names = [name for name in INDICATORS if name in table.schema.names]
    indicators = table.to_table(columns=names)
    return {
        INDICATORS[name].name: pc.sum(indicators[name], min_count=0).as_py() or 0 for name in names
    }

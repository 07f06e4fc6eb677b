"""Marks: texts such as 999 that mean "not given", and the columns that say where they stood."""

from collections.abc import Mapping
from types import MappingProxyType

from risk_platform.contract.column import Column
from risk_platform.contract.columns import LOANS

MARKED: tuple[Column, ...] = tuple(column for column in LOANS if column.nulls)


def indicator_of(column: Column) -> str:
    """Return the name of the boolean column that says where this one held a mark."""
    return f"{column.name}_was_marked"


# A borrower whose debt burden is 999 is another one than a borrower of whom nothing is known.
INDICATORS: Mapping[str, Column] = MappingProxyType(
    {indicator_of(column): column for column in MARKED}
)

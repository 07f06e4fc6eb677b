"""The contract: every column of a LendingClub loan, in the order of the file of 151 columns."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType

from risk_platform.contract.blocks import (
    borrower,
    co_applicant,
    credit_history,
    dates_and_metadata,
    hardship,
    loan,
    payments,
)
from risk_platform.contract.column import Column
from risk_platform.contract.layouts import LAYOUT_2018

_BLOCKS = (loan, borrower, credit_history, payments, hardship, co_applicant, dates_and_metadata)

# Beside its columns a loan keeps where it stood: the file, and the number of its record there.
SOURCE_FILE, SOURCE_RECORD = "source_file", "source_record"
# One that is set aside keeps the line too on which it begins, as editors count.
SOURCE_LINE = "source_line"

BY_NAME: Mapping[str, Column] = MappingProxyType(
    {column.name: column for block in _BLOCKS for column in block.COLUMNS}
)
LOANS: tuple[Column, ...] = tuple(BY_NAME[name] for name in LAYOUT_2018)

_CANONICAL = {alias: c.name for c in LOANS for alias in (c.name, *c.aliases)}


def canonical_name(header: str) -> str | None:
    """Return the contract's name of a header, or ``None`` where the contract has no such column."""
    return _CANONICAL.get(header.strip().lower())


def contract_digest(columns: Sequence[Column] = LOANS) -> str:
    """Return the SHA-256 of all that is said of the columns, in their order."""
    text = json.dumps([asdict(column) for column in columns], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()

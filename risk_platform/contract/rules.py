"""What must hold of a table's loans, derived from the columns: rules as SQL that any engine reads.

A rule speaks of one loan, ``l``, in the words that DuckDB and Spark SQL have in common, and says
which share of a vintage's loans may break it. Nothing here runs a query.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from risk_platform.contract.column import Applicants, Column, DType, Timing
from risk_platform.contract.columns import LOANS
from risk_platform.contract.identities import IDENTITIES

EVERY_LOAN = "TRUE"
_JOINT = "l.application_type = 'Joint App'"
_CONCERNED = {Applicants.ALL: EVERY_LOAN, Applicants.JOINT: _JOINT}

# Before LendingClub filled a column, and where it asks nobody, nearly all are null; on the real
# loans at hand all of them are.
MAY_BE_FILLED = 0.01
# Errors of entry. On the real loans 0.03 % at most are outside a range, and no label is unknown.
MAY_BE_ODD = 0.005

# Outcomes are made of these, and the vintages; features of what is known by the decision.
_OUTCOME_SOURCES = {"id", "issue_d", "loan_status", "last_pymnt_d"}
_BY_DECISION = {Timing.APPLICATION, Timing.PRICING}


class Kind(StrEnum):
    """What a rule is about: each kind is one check."""

    MISSING = "missing values"
    UNEXPECTED = "values where there are none"
    RANGE = "ranges"
    LABEL = "labels"
    IDENTITY = "accounting identities"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Something that must hold of nearly every loan of a vintage.

    Parameters
    ----------
    kind, name
        What it is about, and a sentence that is true of a loan that keeps it.
    column
        The column that it is about; empty for an identity of several.
    broken
        SQL, true for a loan that breaks it; null or false for one that keeps it.
    concerned
        SQL, true for a loan that it speaks of.
    limit
        Largest share of the loans concerned that may break it.
    after, before
        It holds of issue months (``YYYY-MM``) between these, without them: in the month in which
        a column begins or ends, some loans have it and some do not. Empty: no end.
    decisive
        Whether features or outcomes are made of what it is about.
    """

    kind: Kind
    name: str
    broken: str
    limit: float
    column: str = ""
    concerned: str = EVERY_LOAN
    after: str = ""
    before: str = ""
    decisive: bool = True

    def holds_in(self, month: str) -> bool:
        """Tell whether the rule speaks of loans issued in a month, ``YYYY-MM``."""
        return (not self.after or month > self.after) and (not self.before or month < self.before)


def rules_of(columns: Sequence[Column] = LOANS) -> tuple[Rule, ...]:
    """Return all that must hold of loans with these columns, and the identities."""
    told = [rule for column in columns for rule in _column_rules(column)]
    identities = [
        Rule(kind=Kind.IDENTITY, name=name, broken=broken, limit=limit)
        for name, broken, limit in IDENTITIES
    ]
    return (*told, *identities)


def is_decisive(column: Column) -> bool:
    """Tell whether a feature or an outcome may be made of a column; free text is read by none."""
    told = column.known in _BY_DECISION and column.dtype is not DType.TEXT
    return told or column.name in _OUTCOME_SOURCES


def _column_rules(column: Column) -> list[Rule]:
    return [*_missing(column), *_unexpected(column), *_range(column), *_label(column)]


def _missing(column: Column) -> list[Rule]:
    if column.may_lack >= 1:
        return []
    return [
        Rule(
            kind=Kind.MISSING,
            name=f"{column.name} is given",
            column=column.name,
            broken=f"l.{column.name} IS NULL",
            concerned=_CONCERNED[column.asked_of],
            limit=column.may_lack,
            after=column.since,
            before=column.until,
            decisive=is_decisive(column),
        )
    ]


def _unexpected(column: Column) -> list[Rule]:
    """Return what guards against columns that have moved: values where nobody was asked."""
    rule = Rule(
        kind=Kind.UNEXPECTED,
        name=f"{column.name} is not given",
        column=column.name,
        broken=f"l.{column.name} IS NOT NULL",
        limit=MAY_BE_FILLED,
        decisive=is_decisive(column),
    )
    if column.asked_of is Applicants.JOINT:
        return [replace(rule, concerned=f"NOT ({_JOINT})")]
    if column.since:
        return [replace(rule, before=column.since)]
    return [replace(rule, after=column.until)] if column.until else []


def _range(column: Column) -> list[Rule]:
    if column.low is None or column.high is None:
        return []
    return [
        Rule(
            kind=Kind.RANGE,
            name=f"{column.name} is within {column.low:,} to {column.high:,}",
            column=column.name,
            broken=f"l.{column.name} NOT BETWEEN {column.low!r} AND {column.high!r}",
            limit=MAY_BE_ODD,
            decisive=is_decisive(column),
        )
    ]


def _label(column: Column) -> list[Rule]:
    if column.dtype is not DType.LABEL:
        return []
    known = ", ".join(f"'{label}'" for label in column.labels)
    return [
        Rule(
            kind=Kind.LABEL,
            name=f"{column.name} is one of {len(column.labels)} labels",
            column=column.name,
            broken=f"l.{column.name} NOT IN ({known})",
            limit=MAY_BE_ODD,
            decisive=is_decisive(column),
        )
    ]

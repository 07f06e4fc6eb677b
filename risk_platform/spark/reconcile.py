"""Reconciling: that no loan, and no dollar of one, is lost from one table to the next.

The control total of loans is the sum of their amounts, in USD. Sums of doubles depend on their
order, so totals agree when they are as near as no single loan could hide in.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from risk_platform.spark.queries import BESIDE, PART, TABLE, Query
from risk_platform.spark.tally import SAMPLES

# Of half a trillion dollars this is as much as the smallest loan.
NEAR = 1e-9
# Landing lets in no amount that is not a number.
_AMOUNT = "TRY_CAST(trim(l.loan_amnt) AS DOUBLE)"
CLEANED, SUPERSEDED, LOST = "cleaned", "superseded", "lost"


@dataclass(frozen=True, slots=True)
class Total:
    """How many loans there are, and the sum of their amounts in USD."""

    loans: int = 0
    amount_usd: float = 0.0

    def __add__(self, other: "Total") -> "Total":
        """Return the total of both."""
        return Total(self.loans + other.loans, self.amount_usd + other.amount_usd)

    def agrees(self, other: "Total") -> bool:
        """Whether both are of the same loans, as far as totals can tell."""
        near = math.isclose(self.amount_usd, other.amount_usd, rel_tol=NEAR, abs_tol=0.01)
        return self.loans == other.loans and near


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of raw loans in the next table.

    Parameters
    ----------
    total
        Of the raw loans.
    cleaned_usd
        The sum of their amounts in the next table; 0 of those that are not there.
    """

    total: Total = Total()
    cleaned_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of the raw loans of each part.

    Parameters
    ----------
    of
        Part to what became of its loans, by the name of the fate.
    sample_ids
        Some of the loans, by the name of their fate.
    """

    of: Mapping[str, Mapping[str, Fate]] = field(default_factory=dict)
    sample_ids: Mapping[str, list[str]] = field(default_factory=dict)

    def fate(self, name: str, part: str) -> Fate:
        """Return the loans of a part that one thing became of."""
        return self.of.get(part, {}).get(name, Fate())

    def total(self, name: str) -> Total:
        """Return the total of the loans of all parts that one thing became of."""
        return sum((self.fate(name, part).total for part in self.of), Total())


def control_totals(query: Query) -> dict[str, Total]:
    """Return the control total of each source file of a table of raw loans."""
    sql = f"SELECT l.source_file, count(*), sum({_AMOUNT}) FROM {TABLE} l GROUP BY l.source_file"
    return {file: Total(loans, usd) for file, loans, usd in query(sql)}


def fates(query: Query) -> Fates:
    """Return what became of raw loans, beside which stand the cleaned ones, both by part.

    A loan is *cleaned* when its record is, in the part of the same name; *superseded* when another
    record of the same loan is, in any part; and *lost* when neither is. File and number alone do
    not make a record: where a file was landed again, cleaned loans may bear the numbers of others.
    """
    kept = f"""
        SELECT l.{PART}, trim(l.id) AS id, {_AMOUNT} AS usd, c.loan_amnt AS cleaned_usd,
               c.source_record IS NOT NULL AS is_cleaned
        FROM {TABLE} l
        LEFT JOIN {BESIDE} c ON c.id = trim(l.id) AND c.{PART} = l.{PART}
                            AND c.source_file = l.source_file
                            AND c.source_record = l.source_record"""
    counts = query(
        f"SELECT m.{PART}, m.is_cleaned, count(*), sum(m.usd), coalesce(sum(m.cleaned_usd), 0)"
        f" FROM ({kept}) m GROUP BY m.{PART}, m.is_cleaned"
    )
    found: defaultdict[str, dict[str, Fate]] = defaultdict(dict)
    for part, is_cleaned, loans, usd, cleaned in counts:
        if is_cleaned:
            found[part][CLEANED] = Fate(Total(loans, usd), cleaned)
    if all(is_cleaned for _, is_cleaned, *_ in counts):
        return Fates(dict(found))
    return _with_others(query, kept, found)


def _with_others(query: Query, kept: str, found: defaultdict[str, dict[str, Fate]]) -> Fates:
    """Add what became of those that are not kept: hardly any, so their loans are looked up here."""
    other = f"""
        SELECT m.{PART}, m.id, m.usd,
               CASE WHEN k.id IS NULL THEN '{LOST}' ELSE '{SUPERSEDED}' END AS fate
        FROM ({kept}) m LEFT JOIN (SELECT DISTINCT o.id FROM {BESIDE} o) k ON k.id = m.id
        WHERE NOT m.is_cleaned"""
    counts = query(
        f"SELECT m.{PART}, m.fate, count(*), sum(m.usd) FROM ({other}) m GROUP BY m.{PART}, m.fate"
    )
    for part, fate, loans, usd in counts:
        found[part][fate] = Fate(Total(loans, usd))
    shown = {fate for _, fate, *_ in counts}
    return Fates(dict(found), {fate: _samples(query, other, fate) for fate in shown})


def _samples(query: Query, other: str, fate: str) -> list[str]:
    sql = f"SELECT DISTINCT m.id FROM ({other}) m WHERE m.fate = '{fate}' ORDER BY m.id"
    return [number for (number,) in query(f"{sql} LIMIT {SAMPLES}")]

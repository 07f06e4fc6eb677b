"""Counting by the rules: how many loans of each source and month break which, and some of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from risk_platform.contract.judgement import Finding, Tally
from risk_platform.contract.rules import EVERY_LOAN, Rule
from risk_platform.contract.sentences import Sample
from risk_platform.contract.vintages import MONTHS_PER_QUARTER
from risk_platform.spark.queries import TABLE, Query

# One aggregation over all rules is several times slower in Spark than this many at a time: past
# its limits Spark gives up generating code for it.
RULES_PER_QUERY = 24
SAMPLES = 5


def tally(query: Query, rules: Sequence[Rule], per_query: int = RULES_PER_QUERY) -> list[Tally]:
    """Count, for each source file and month of issue, the loans that break each rule.

    Parameters
    ----------
    query
        The table.
    rules
        What to count.
    per_query
        How many rules are counted in one reading of the table.
    """
    concerned = sorted({EVERY_LOAN, *(rule.concerned for rule in rules)})
    loans = _grouped(query, concerned)
    broken: dict[tuple[str, date], dict[str, int]] = {group: {} for group in loans}
    for start in range(0, len(rules), per_query):
        some = rules[start : start + per_query]
        for group, counts in _grouped(query, [_broken(rule) for rule in some]).items():
            names = (rule.name for rule in some)
            broken[group] |= dict(zip(names, counts, strict=True))
    return [
        Tally(
            source=source,
            month=f"{issued:%Y-%m}",
            concerned=dict(zip(concerned, loans[source, issued], strict=True)),
            broken=counts,
        )
        for (source, issued), counts in broken.items()
    ]


def samples(query: Query, finding: Finding) -> list[Sample]:
    """Return some of the loans that break a rule, the lowest ids, each with its value."""
    rule = finding.rule
    value = f"CAST(l.{rule.column} AS STRING)" if rule.column else "NULL"
    where = " AND ".join(_meant(finding))
    sql = f"SELECT l.id, {value} FROM {TABLE} l WHERE {where} ORDER BY l.id LIMIT {SAMPLES}"
    return [(number or "without an id", shown) for number, shown in query(sql)]


def repeated_ids(query: Query) -> tuple[int, int, list[str]]:
    """Return how many rows a table has, how many ids, and some ids that stand in several rows."""
    ((rows, ids),) = query(f"SELECT count(*), count(DISTINCT l.id) FROM {TABLE} l")
    if rows == ids:
        return rows, ids, []
    sql = (
        f"SELECT l.id FROM {TABLE} l GROUP BY l.id HAVING count(*) > 1"
        f" ORDER BY l.id LIMIT {SAMPLES}"
    )
    return rows, ids, [number or "without an id" for (number,) in query(sql)]


def newest(query: Query) -> tuple[date, date]:
    """Return the latest month of issue of a table, and its latest snapshot."""
    ((issued, snapshot),) = query(f"SELECT max(l.issue_d), max(l.snapshot_d) FROM {TABLE} l")
    return issued, snapshot


@dataclass(frozen=True, slots=True)
class Repeated:
    """The rows of a source file, and its ids; some of those that stand in several rows."""

    rows: int
    ids: int
    sample_ids: Sequence[str] = ()


def repeats(query: Query) -> dict[str, Repeated]:
    """Return how many rows each source file of a table has, and how many ids."""
    sql = (
        f"SELECT l.source_file, count(*), count(DISTINCT trim(l.id)) FROM {TABLE} l"
        " GROUP BY l.source_file ORDER BY l.source_file"
    )
    return {
        source: Repeated(rows, ids, _repeated(query, source) if rows > ids else ())
        for source, rows, ids in query(sql)
    }


def _repeated(query: Query, source: str) -> list[str]:
    sql = (
        f"SELECT trim(l.id) AS number FROM {TABLE} l WHERE {_is_of([source])}"
        f" GROUP BY trim(l.id) HAVING count(*) > 1 ORDER BY number LIMIT {SAMPLES}"
    )
    return [number for (number,) in query(sql)]


def _grouped(query: Query, broken: Sequence[str]) -> dict[tuple[str, date], list[int]]:
    # DuckDB counts nulls as null, where Spark counts none.
    counts = ", ".join(f"coalesce(count_if({sql}), 0)" for sql in broken)
    sql = (
        f"SELECT l.source_file, l.issue_d, {counts} FROM {TABLE} l"
        " GROUP BY l.source_file, l.issue_d ORDER BY l.source_file, l.issue_d"
    )
    return {(source, issued): list(rest) for source, issued, *rest in query(sql)}


def _broken(rule: Rule) -> str:
    return rule.broken if rule.concerned == EVERY_LOAN else f"({rule.concerned}) AND {rule.broken}"


def _meant(finding: Finding) -> Iterator[str]:
    """Yield what is true of the loans that a finding counts."""
    rule, first = finding.rule, date.fromisoformat(finding.vintage)
    month = first.month - 1 + MONTHS_PER_QUARTER
    beyond = date(first.year + month // 12, month % 12 + 1, 1)
    yield f"({_broken(rule)})"
    yield f"l.issue_d >= DATE '{first}' AND l.issue_d < DATE '{beyond}'"
    if rule.after:
        yield f"l.issue_d > DATE '{rule.after}-01'"
    if rule.before:
        yield f"l.issue_d < DATE '{rule.before}-01'"
    yield _is_of(finding.sources)


def _is_of(sources: Iterable[str]) -> str:
    # In hex, as the engines escape a quote in a file's name each in its own way.
    named = ", ".join(f"'{source.encode().hex().upper()}'" for source in sources)
    return f"hex(l.source_file) IN ({named})"

"""Judging counts by the rules: which vintage breaks which rule, by more than chance would.

Arithmetic of counts alone: who counted them, and with what engine, is not known here.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from risk_platform.contract.rules import Kind, Rule
from risk_platform.contract.vintages import quarter_start

# A count beyond this many standard errors is no chance: one in 30,000 for each vintage and rule.
STANDARD_ERRORS = 4
# In its first years LendingClub was finding its forms: of the loans of 2008, half have no
# `pub_rec_bankruptcies`. They are 0.1 % of all loans, and no reason to stop.
SETTLED = "2009-01-01"
# A source counts as one without a column when chance would hardly leave it so empty.
CHANCE_OF_NONE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was counted of the loans of one source and one month of issue.

    Parameters
    ----------
    source, month
        The source file, and the month as ``YYYY-MM``.
    concerned
        Loans by the SQL that says which are concerned (``Rule.concerned``).
    broken
        Loans that break a rule, by its name.
    """

    source: str
    month: str
    concerned: Mapping[str, int]
    broken: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Undelivered:
    """A column that a source does not bring for any of its loans."""

    column: str
    source: str
    loans: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that a vintage breaks.

    Parameters
    ----------
    rule
        The rule.
    vintage
        The quarter of issue by its first day.
    concerned, broken
        How many of its loans the rule speaks of, and how many of those break it.
    sources
        The source files that those which break it stand in.
    """

    rule: Rule
    vintage: str
    concerned: int
    broken: int
    sources: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Share of the loans concerned that break the rule."""
        return self.broken / self.concerned

    @property
    def is_grave(self) -> bool:
        """Whether a model would be harmed, rather than a table be untidy."""
        return self.rule.decisive and self.vintage >= SETTLED


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found, and the columns that sources do not bring.

    The worst stand first: of each rule the worst vintage, then of each the second, and so on.
    """

    findings: Sequence[Finding]
    undelivered: Sequence[Undelivered]

    def of(self, kinds: Collection[Kind]) -> list[Finding]:
        """Return the findings of some kinds."""
        return [finding for finding in self.findings if finding.rule.kind in kinds]


def judge(
    rules: Sequence[Rule], tallies: Sequence[Tally], vintages: Collection[str] | None = None
) -> Judgement:
    """Judge each vintage by each rule.

    Parameters
    ----------
    rules
        What must hold.
    tallies
        Counts of the whole table: what a source brings shows in all of its loans.
    vintages
        The quarters to judge, by their first days; all where none is named.
    """
    undelivered = [found for rule in rules for found in _undelivered(rule, tallies)]
    absent = {(found.column, found.source) for found in undelivered}
    findings = [
        finding
        for rule in rules
        for finding in _findings(rule, _delivered(rule, tallies, absent))
        if vintages is None or finding.vintage in vintages
    ]
    return Judgement(_worst_first(findings), sorted(undelivered))


def tolerated(loans: int, limit: float) -> float:
    """Return how many of some loans may break a rule whose limit is a share of all loans.

    Small vintages stray further from a share by chance: four standard errors and one loan are
    allowed on top. A limit of nothing is one.
    """
    if limit == 0:
        return 0.0
    return limit * loans + STANDARD_ERRORS * math.sqrt(limit * (1 - limit) * loans) + 1


def _delivered(
    rule: Rule, tallies: Iterable[Tally], absent: Collection[tuple[str, str]]
) -> Iterator[Tally]:
    return (tally for tally in tallies if (rule.column, tally.source) not in absent)


def _findings(rule: Rule, tallies: Iterable[Tally]) -> Iterator[Finding]:
    concerned, broken = Counter[str](), defaultdict[str, Counter[str]](Counter)
    for tally in tallies:
        if rule.holds_in(tally.month):
            vintage = vintage_of(tally.month)
            concerned[vintage] += tally.concerned[rule.concerned]
            broken[vintage][tally.source] += tally.broken[rule.name]
    for vintage, by_source in broken.items():
        if by_source.total() > tolerated(concerned[vintage], rule.limit):
            yield Finding(
                rule=rule,
                vintage=vintage,
                concerned=concerned[vintage],
                broken=by_source.total(),
                sources=tuple(sorted(source for source, loans in by_source.items() if loans)),
            )


def _worst_first(findings: Iterable[Finding]) -> list[Finding]:
    seen = Counter[str]()
    ranked: list[tuple[bool, int, Finding]] = []
    for finding in sorted(findings, key=lambda f: (-f.share, f.vintage)):
        ranked.append((not finding.is_grave, seen[finding.rule.name], finding))
        seen[finding.rule.name] += 1
    return [finding for *_, finding in sorted(ranked, key=lambda rank: rank[:2])]


def _undelivered(rule: Rule, tallies: Iterable[Tally]) -> Iterator[Undelivered]:
    if rule.kind is not Kind.MISSING:
        return
    concerned, missing = Counter[str](), Counter[str]()
    for tally in tallies:
        if rule.holds_in(tally.month):
            concerned[tally.source] += tally.concerned[rule.concerned]
            missing[tally.source] += tally.broken[rule.name]
    for source, loans in concerned.items():
        if missing[source] == loans and rule.limit**loans < CHANCE_OF_NONE:
            yield Undelivered(column=rule.column, source=source, loans=loans)


def vintage_of(month: str) -> str:
    """Return the first day of the quarter of a month, ``YYYY-MM``."""
    year, number = month.split("-")
    return quarter_start(int(year), int(number))

"""Findings as check results: a table of what is broken, and sentences for those who deliver."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import dagster as dg

from risk_platform.contract.judgement import Finding
from risk_platform.contract.sentences import Sample, sentence_of
from risk_platform.contract.vintages import quarter_name

# Of more findings than these the samples are not fetched: one cause often breaks many rules.
SHOWN = 25
# A result's description opens its page, and ends a command.
SENTENCES = 3

_COLUMNS = {
    "rule": "string",
    "vintage": "string",
    "loans": "int",
    "breaking": "int",
    "value": "float",
    "limit": "float",
    "severity": "string",
    "sample ids": "string",
    "sentence": "string",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with the samples that show it."""

    finding: Finding
    samples: Sequence[Sample]

    @property
    def sentence(self) -> str:
        """What is wrong, in words."""
        return sentence_of(self.finding, self.samples)

    @property
    def row(self) -> dg.TableRecord:
        """The finding as a row of the table of findings."""
        finding = self.finding
        cells = (
            finding.rule.name,
            quarter_name(finding.vintage),
            finding.concerned,
            finding.broken,
            finding.share,
            finding.rule.limit,
            _severity(finding).value,
            ", ".join(number for number, _ in self.samples),
            self.sentence,
        )
        return dg.TableRecord(dict(zip(_COLUMNS, cells, strict=True)))


def rules_result(
    key: dg.AssetCheckKey, shown: Sequence[Shown], more: int, told: Mapping[str, int]
) -> dg.AssetCheckResult:
    """Return the result of a check of rules.

    Parameters
    ----------
    key
        The check.
    shown, more
        The worst findings, and how many there are beside them.
    told
        What was looked at, in numbers.
    """
    table = dg.MetadataValue.table(
        [one.row for one in shown],
        schema=dg.TableSchema([dg.TableColumn(name, kind) for name, kind in _COLUMNS.items()]),
    )
    grave = any(one.finding.is_grave for one in shown)
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=not shown,
        severity=dg.AssetCheckSeverity.ERROR if grave else dg.AssetCheckSeverity.WARN,
        description=in_short([one.sentence for one in shown], more),
        metadata={**told, "findings": len(shown) + more, "broken_rules": table},
    )


def in_short(sentences: Iterable[str], more: int = 0) -> str | None:
    """Return the first sentences, and how many there are beside them; ``None`` for none at all."""
    said = list(sentences)
    rest = len(said[SENTENCES:]) + more
    return " ".join([*said[:SENTENCES], *([f"And {rest:,} more."] if rest else [])]) or None


def _severity(finding: Finding) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if finding.is_grave else dg.AssetCheckSeverity.WARN

"""Findings as check results: a table of what is broken, and sentences for those who deliver."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from risk_platform.contract.judgement import Finding
from risk_platform.contract.sentences import Sample, sentence_of
from risk_platform.contract.vintages import quarter_name

# Of more findings than these the samples are not fetched: one cause often breaks many rules.
SHOWN = 25
# A result's description opens its page, and ends a command.
SENTENCES = 3
# Metadata of a check that judges by quarter: those that it speaks of, where it is not of all, and
# those of them that did not pass. Without them a result is that of the whole table.
JUDGED, BROKEN = "judged_quarters", "broken_quarters"
# Metadata of a check that judges, in the step that makes a table, the version which it has made.
VERSION = "judged_version"

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
    key: dg.AssetCheckKey, shown: Sequence[Shown], more: int, told: Mapping[str, Any]
) -> dg.AssetCheckResult:
    """Return the result of a check of rules.

    Parameters
    ----------
    key
        The check.
    shown, more
        The worst findings, and how many there are beside them.
    told
        What was looked at.
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


def is_broken(check: dg.AssetCheckEvaluation) -> bool:
    """Tell whether a check stops what follows."""
    return (
        not check.passed and bool(check.blocking) and check.severity is dg.AssetCheckSeverity.ERROR
    )


def by_quarter(judged: Collection[str] | None, broken: Iterable[str]) -> dict[str, Any]:
    """Return the metadata of a check that judges by quarter.

    Parameters
    ----------
    judged
        The quarters that it speaks of; ``None`` for all.
    broken
        Those that did not pass.
    """
    spoken = {} if judged is None else {JUDGED: dg.MetadataValue.json(sorted(judged))}
    return {**spoken, BROKEN: dg.MetadataValue.json(sorted({*broken}))}


def of_version(result: dg.AssetCheckResult, version: str) -> dg.AssetCheckResult:
    """Return a result that says which version it is about: the one that its own step has made."""
    return result._replace(metadata={**result.metadata, VERSION: dg.MetadataValue.text(version)})


def in_short(sentences: Iterable[str], more: int = 0) -> str | None:
    """Return the first sentences, and how many there are beside them; ``None`` for none at all."""
    said = list(sentences)
    rest = len(said[SENTENCES:]) + more
    return " ".join([*said[:SENTENCES], *([f"And {rest:,} more."] if rest else [])]) or None


def _severity(finding: Finding) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if finding.is_grave else dg.AssetCheckSeverity.WARN

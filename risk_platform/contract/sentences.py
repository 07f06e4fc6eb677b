"""Findings in words: what the people who deliver the loans can read, and act on."""

from collections.abc import Sequence

from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.judgement import Finding
from risk_platform.contract.rules import EVERY_LOAN, Kind
from risk_platform.contract.vintages import quarter_name
from risk_platform.contract.volumes import Hole

# From here on a percentage is told without a fraction, below with two digits.
_PLAIN = 0.1

Sample = tuple[str, str | None]


def sentence_of(finding: Finding, samples: Sequence[Sample] = ()) -> str:
    """Say what is wrong with which loans, and what the contract allows.

    Parameters
    ----------
    finding
        What was found.
    samples
        The ids of some of the loans, each with the value that is wrong or ``None``.
    """
    loans = _share(finding.share)
    joint = "joint " if finding.rule.concerned != EVERY_LOAN and _asks_joint(finding) else ""
    where = f"{joint}loans issued in {quarter_name(finding.vintage)}"
    allowed = f"the contract allows {_share(finding.rule.limit)}"
    said = f"{_what(finding, f'{loans} of the {finding.concerned:,} {where}')}; {allowed}."
    if not samples:
        return said
    return f"{said} Loans: {', '.join(_loan(*sample) for sample in samples)}."


def hole_in_words(hole: Hole) -> str:
    """Say which vintage has too few loans."""
    return (
        f"{hole.loans:,} loans were issued in {quarter_name(hole.vintage)}, and at least "
        f"{hole.beside:,} a quarter before and after it: some seem to be missing."
    )


def undelivered_in_words(source: str, columns: Sequence[str]) -> str:
    """Say which columns a source does not bring."""
    names = ", ".join(f"`{column}`" for column in columns)
    return f"{source} does not deliver {len(columns)} columns that features read: {names}."


def repeats_in_words(file: str, repeated: int, rows: int, ids: Sequence[str]) -> str:
    """Say how many rows of a file are of loans that it holds already, and which loans."""
    return (
        f"{repeated:,} of the {rows:,} rows of {file} are of loans that stand in it more than "
        f"once. Loans: {', '.join(ids)}."
    )


def lost_in_words(loans: int, amount_usd: float, ids: Sequence[str]) -> str:
    """Say how many raw loans are not among the cleaned ones, and which."""
    return (
        f"{loans:,} raw loans of {amount_usd:,.0f} USD are neither among the cleaned loans nor "
        f"replaced by a newer row of the same loan. Loans: {', '.join(ids)}."
    )


def totals_in_words(left: str, one: tuple[int, float], right: str, other: tuple[int, float]) -> str:
    """Say that two totals which should agree do not, each with its loans and their USD."""
    (loans, usd), (others, other_usd) = one, other
    return (
        f"{left} {loans:,} loans of {usd:,.2f} USD, and {right} {others:,} of {other_usd:,.2f} USD."
    )


def _what(finding: Finding, loans: str) -> str:
    rule = finding.rule
    column = BY_NAME.get(rule.column)
    if column is None:
        return f"“{rule.name}” is not so for {loans}"
    match rule.kind:
        case Kind.MISSING:
            return f"`{column.name}` is missing for {loans}"
        case Kind.RANGE:
            return f"`{column.name}` is outside {column.low:,} to {column.high:,} for {loans}"
        case Kind.LABEL:
            return f"`{column.name}` is none of its {len(column.labels)} labels for {loans}"
        case _:
            return f"`{column.name}` is given for {loans}, {_why_not(finding)}"


def _why_not(finding: Finding) -> str:
    rule = finding.rule
    if rule.before:
        return f"though LendingClub asks for it from {rule.before} on only"
    if rule.after:
        return f"though LendingClub stopped asking for it in {rule.after}"
    return "who did not apply jointly"


def _asks_joint(finding: Finding) -> bool:
    return finding.rule.kind is Kind.MISSING


def _share(share: float) -> str:
    return f"{100 * share:{'.0f' if share >= _PLAIN else '.2g'}} %"


def _loan(number: str, value: str | None) -> str:
    return number if value is None else f"{number} ({value})"

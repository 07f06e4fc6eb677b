"""Each rule is broken by a loan that breaks it, kept by one that keeps it, and only counted."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from risk_platform.contract.column import Column, DType
from risk_platform.contract.columns import LOANS
from risk_platform.spark.clean import CLEANED_SCHEMA, clean_loans
from risk_platform.spark.rules import RULES_PER_JOB, broken_counts, identity_rules, range_rules

RawTable = Callable[[Sequence[Mapping[str, str]]], DataFrame]

PAYMENTS = "total_pymnt is principal, interest, late fees and recoveries"
BALANCE = "a current loan owes what was funded less the principal received"
ANNUITY = "installment is the annuity of funded_amnt, int_rate and term"
FICO = "a FICO range spans 4 or 5 points"


def identities_broken(table: DataFrame) -> dict[str, int]:
    """Count the loans that break an identity, by those identities that are broken at all."""
    counts = broken_counts(clean_loans(table, {"a.csv": "2019-03"}), identity_rules())
    return {name: count for name, count in counts.items() if count}


@pytest.mark.parametrize(
    "loan",
    [
        {},
        {"total_pymnt": "11957.05"},
        {"loan_status": "Current", "total_rec_prncp": "4000", "total_pymnt": "5957.04"}
        | {"out_prncp": "6000"},
        {"term": " 60 months", "installment": "222.44"},
        {"fico_range_low": "845", "fico_range_high": "850"},
        {"total_rec_int": "", "installment": "", "fico_range_low": "", "out_prncp": ""},
    ],
    ids=["plain", "a cent off", "current", "five years", "highest FICO", "unknown values"],
)
def test_a_loan_whose_books_agree_breaks_no_identity(
    raw_table: RawTable, loan: Mapping[str, str]
) -> None:
    """Rounding to cents is allowed, and what is not known breaks nothing."""
    assert identities_broken(raw_table([loan])) == {}


@pytest.mark.parametrize(
    ("loan", "rule"),
    [
        ({"total_pymnt": "11957.10"}, PAYMENTS),
        ({"total_rec_late_fee": "15.0"}, PAYMENTS),
        ({"recoveries": "100.0"}, PAYMENTS),
        ({"loan_status": "Current", "out_prncp": "50.0"}, BALANCE),
        ({"installment": "332.30"}, ANNUITY),
        ({"term": " 60 months"}, ANNUITY),
        ({"int_rate": "12.50%"}, ANNUITY),
        ({"fico_range_high": "709"}, FICO),
        ({"fico_range_high": "700"}, FICO),
    ],
)
def test_an_identity_is_broken_by_a_loan_that_breaks_it(
    raw_table: RawTable, loan: Mapping[str, str], rule: str
) -> None:
    """That rule alone is broken, and the loan beside it is not counted."""
    assert identities_broken(raw_table([loan | {"id": "1"}, {"id": "2"}])) == {rule: 1}


def test_a_balance_is_asked_of_current_loans_alone(raw_table: RawTable) -> None:
    """A loan that was charged off owes nothing in the books."""
    loan = {"loan_status": "Charged Off", "out_prncp": "50.0"}
    assert identities_broken(raw_table([loan])) == {}


BOUNDED = [c for c in LOANS if c.dtype is not DType.MONTH and (c.low, c.high) != (None, None)]


def typed(spark: SparkSession, loans: Sequence[Mapping[str, float]]) -> DataFrame:
    """Return cleaned loans that hold only what is given, each number as its column's type."""
    whole = {field.name for field in CLEANED_SCHEMA if field.dataType.typeName() != "double"}
    rows = [{n: int(v) if n in whole else float(v) for n, v in loan.items()} for loan in loans]
    return spark.createDataFrame(
        [[row.get(n) for n in CLEANED_SCHEMA.names] for row in rows], CLEANED_SCHEMA
    )


def beyond(column: Column) -> dict[str, float]:
    """Return a value of a column outside its range: above it, or below where it has no top."""
    outside = column.high + 1 if column.high is not None else (column.low or 0) - 1
    return {column.name: outside}


def test_every_bounded_column_has_a_rule() -> None:
    """Its name says the column and the range; months are judged by vintage."""
    assert len(range_rules()) == len(BOUNDED) > RULES_PER_JOB
    assert all(
        rule.name.startswith(f"{column.name} is within ")
        for rule, column in zip(range_rules(), BOUNDED, strict=True)
    )


def test_each_range_rule_counts_the_loans_outside_its_range(spark: SparkSession) -> None:
    """One loan a column is out of its range, and every rule finds its own, past one job's worth."""
    counts = broken_counts(typed(spark, [beyond(column) for column in BOUNDED]), range_rules())
    assert counts == dict.fromkeys((rule.name for rule in range_rules()), 1)


def test_a_value_below_its_range_is_found(spark: SparkSession) -> None:
    """Both ends of a range are guarded."""
    low = [c for c in BOUNDED if c.low is not None]
    below = {c.name: c.low - 1 for c in low if c.low is not None}
    counts = broken_counts(typed(spark, [below]), range_rules())
    assert sum(counts.values()) == len(low)


def test_the_ends_of_a_range_are_within_it(spark: SparkSession) -> None:
    """So is what is unknown: the third loan has nothing."""
    lows: dict[str, float] = {c.name: c.low for c in BOUNDED if c.low is not None}
    highs: dict[str, float] = {c.name: c.high for c in BOUNDED if c.high is not None}
    counts = broken_counts(typed(spark, [lows, highs, {}]), range_rules())
    assert set(counts.values()) == {0}


def test_rules_of_an_empty_table_are_broken_by_nobody(spark: SparkSession) -> None:
    """Every rule is still answered for."""
    rules: Any = identity_rules()
    assert broken_counts(typed(spark, []), rules) == {rule.name: 0 for rule in rules}

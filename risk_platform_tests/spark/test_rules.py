"""Each rule is broken by a loan that breaks it, kept by one that keeps it, and only counted."""

from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.pandas.types import from_arrow_schema

from risk_platform.contract.column import Column, DType
from risk_platform.contract.columns import BY_NAME, LOANS
from risk_platform.features.parse import parse_value
from risk_platform.spark.clean import CLEANED_SCHEMA, SNAPSHOT
from risk_platform.spark.rules import RULES_PER_JOB, broken_counts, identity_rules, range_rules
from risk_platform_tests.raw_loan import RAW_LOAN

PAYMENTS = "total_pymnt is principal, interest, late fees and recoveries"
BALANCE = "a current loan owes what was funded less the principal received"
ANNUITY = "installment is the annuity of funded_amnt, int_rate and term"
FICO = "a FICO range spans 4 or 5 points"
PAID_LATE = "no payment is later than the snapshot"
PAID_EARLY = "no payment is earlier than the loan"
PAID_NEVER = "a loan that received money has a last payment"

Loan = dict[str, str]

SNAPSHOT_MONTH = date(2019, 4, 1)
MONTH_COLUMNS = {column.name for column in LOANS if column.dtype is DType.MONTH}
BOUNDED = [c for c in LOANS if c.dtype is not DType.MONTH and (c.low, c.high) != (None, None)]

KEPT: dict[str, Loan] = {
    "plain": {},
    "a cent off": {"total_pymnt": "11957.05"},
    "current": {
        "loan_status": "Current",
        "total_rec_prncp": "4000",
        "total_pymnt": "5957.04",
        "out_prncp": "6000",
    },
    "charged off, of which nothing is owed": {"loan_status": "Charged Off", "out_prncp": "50.0"},
    "five years": {"term": " 60 months", "installment": "222.44"},
    "highest FICO": {"fico_range_low": "845", "fico_range_high": "850"},
    "paid in the month of the snapshot": {"last_pymnt_d": "Apr-2019"},
    "paid in the month of the issue": {"last_pymnt_d": "Mar-2016"},
    "recovered, never paid": {
        "loan_status": "Charged Off",
        "total_pymnt": "500.0",
        "total_rec_prncp": "0.0",
        "total_rec_int": "0.0",
        "recoveries": "500.0",
        "last_pymnt_d": "",
    },
    "unknown": {"total_rec_int": "", "installment": "", "fico_range_low": "", "out_prncp": ""},
}
BROKEN: dict[str, tuple[Loan, str]] = {
    "more was paid": ({"total_pymnt": "11957.10"}, PAYMENTS),
    "a late fee": ({"total_rec_late_fee": "15.0"}, PAYMENTS),
    "a recovery": ({"recoveries": "100.0"}, PAYMENTS),
    "more is owed": ({"loan_status": "Current", "out_prncp": "50.0"}, BALANCE),
    "higher instalment": ({"installment": "332.30"}, ANNUITY),
    "another term": ({"term": " 60 months"}, ANNUITY),
    "another rate": ({"int_rate": "12.50%"}, ANNUITY),
    "paid after the snapshot": ({"last_pymnt_d": "May-2019"}, PAID_LATE),
    "paid before the loan": ({"last_pymnt_d": "Feb-2016"}, PAID_EARLY),
    "paid on no day": ({"last_pymnt_d": ""}, PAID_NEVER),
    "wide FICO": ({"fico_range_high": "709"}, FICO),
    "narrow FICO": ({"fico_range_high": "700"}, FICO),
}


def typed(spark: SparkSession, loans: Sequence[Mapping[str, float | str | None]]) -> DataFrame:
    """Return cleaned loans that hold only what is given, each number as its column's type."""
    whole = {f.name for f in CLEANED_SCHEMA if pa.types.is_integer(f.type)}

    def held(name: str, value: float | str | None) -> float | str | date | None:
        if value is None or isinstance(value, str):
            return value
        if name in MONTH_COLUMNS:
            return date(1970 + int(value) // 12, int(value) % 12 + 1, 1)
        return int(value) if name in whole else float(value)

    values = [[held(name, loan.get(name)) for name in CLEANED_SCHEMA.names] for loan in loans]
    return spark.createDataFrame(values, from_arrow_schema(CLEANED_SCHEMA))


@pytest.fixture(scope="module")
def loans(spark: SparkSession) -> DataFrame:
    """Return a loan for each case, whose id is the case's name."""
    cases = KEPT | {name: loan for name, (loan, _) in BROKEN.items()}
    texts = [RAW_LOAN | loan | {"id": name} for name, loan in cases.items()]
    rows = [{n: parse_value(BY_NAME[n], text) for n, text in loan.items()} for loan in texts]
    return typed(spark, rows).withColumn(SNAPSHOT, F.lit(SNAPSHOT_MONTH)).cache()


def identities_broken(loans: DataFrame) -> dict[str, int]:
    """Count the loans that break an identity, by those identities that are broken at all."""
    counts = broken_counts(loans, identity_rules())
    return {name: count for name, count in counts.items() if count}


@pytest.mark.parametrize("case", KEPT)
def test_a_loan_whose_books_agree_breaks_no_identity(loans: DataFrame, case: str) -> None:
    """Rounding to cents is allowed, and what is not known breaks nothing."""
    assert identities_broken(loans.where(loans["id"] == case)) == {}


@pytest.mark.parametrize("case", BROKEN)
def test_an_identity_is_broken_by_a_loan_that_breaks_it(loans: DataFrame, case: str) -> None:
    """That rule alone is broken, and the plain loan beside it is not counted."""
    _, rule = BROKEN[case]
    assert identities_broken(loans.where(loans["id"].isin(case, "plain"))) == {rule: 1}


def test_each_loan_that_breaks_an_identity_is_counted(loans: DataFrame) -> None:
    """Over all cases the counts are those of the cases."""
    rules = [rule for _, rule in BROKEN.values()]
    assert identities_broken(loans) == {rule: rules.count(rule) for rule in rules}


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
    lows = {c.name: c.low for c in BOUNDED if c.low is not None}
    highs = {c.name: c.high for c in BOUNDED if c.high is not None}
    counts = broken_counts(typed(spark, [lows, highs, {}]), range_rules())
    assert set(counts.values()) == {0}


def test_rules_of_an_empty_table_are_broken_by_nobody(spark: SparkSession) -> None:
    """Every rule is still answered for."""
    rules = identity_rules()
    assert broken_counts(typed(spark, []), rules) == {rule.name: 0 for rule in rules}

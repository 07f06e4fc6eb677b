"""What must hold of cleaned loans beyond types: plausible ranges and accounting identities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.column import Column, DType
from risk_platform.contract.columns import LOANS
from risk_platform.spark.clean import SNAPSHOT

CENTS = 0.02
# One aggregation over all rules is several times slower than this many at a time: past its limits
# Spark gives up generating code for it.
RULES_PER_JOB = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Something that must hold of nearly every loan.

    Parameters
    ----------
    name
        A sentence that is true of a loan that keeps it.
    broken
        True for a loan that breaks it; null or false for one that keeps it or is not concerned.
    limit
        Largest share of loans that may break it.
    """

    name: str
    broken: SparkColumn
    limit: float


def range_rules() -> tuple[Rule, ...]:
    """Return a rule for each column of the contract that has a plausible range."""
    bounded = [c for c in LOANS if c.dtype is not DType.MONTH and (c.low, c.high) != (None, None)]
    return tuple(_range_rule(column) for column in bounded)


def identity_rules() -> tuple[Rule, ...]:
    """Return the accounting identities of a loan; limits as measured on real loans, doubled."""
    received = F.col("total_rec_prncp") + F.col("total_rec_int")
    received += F.col("total_rec_late_fee") + F.col("recoveries")
    owed = F.col("funded_amnt") - F.col("total_rec_prncp")
    span = F.col("fico_range_high") - F.col("fico_range_low")
    return (
        Rule(
            name="total_pymnt is principal, interest, late fees and recoveries",
            broken=F.abs(F.col("total_pymnt") - received) > CENTS,
            limit=0.01,
        ),
        Rule(
            name="a current loan owes what was funded less the principal received",
            broken=(F.col("loan_status") == "Current") & (F.abs(F.col("out_prncp") - owed) > CENTS),
            limit=0.01,
        ),
        Rule(
            name="installment is the annuity of funded_amnt, int_rate and term",
            broken=F.abs(F.col("installment") - _annuity()) > CENTS,
            limit=0.01,
        ),
        Rule(
            name="no payment is later than the snapshot",
            broken=F.col("last_pymnt_d") > F.col(SNAPSHOT),
            limit=0.005,
        ),
        Rule(
            name="no payment is earlier than the loan",
            broken=F.col("last_pymnt_d") < F.col("issue_d"),
            limit=0.005,
        ),
        Rule(
            name="a loan that received money has a last payment",
            broken=(F.col("total_pymnt") - F.col("recoveries") > 0)
            & F.col("last_pymnt_d").isNull(),
            limit=0.01,
        ),
        Rule(name="a FICO range spans 4 or 5 points", broken=~span.isin(4, 5), limit=0.001),
    )


def broken_counts(loans: DataFrame, rules: Sequence[Rule]) -> Mapping[str, int]:
    """Count the loans that break each rule, by the rule's name."""
    counts: dict[str, int] = {}
    for start in range(0, len(rules), RULES_PER_JOB):
        some = rules[start : start + RULES_PER_JOB]
        row = loans.agg(*(F.count_if(rule.broken).alias(rule.name) for rule in some)).first()
        counts |= {} if row is None else row.asDict()
    return counts


def _range_rule(column: Column) -> Rule:
    value = F.col(column.name)
    low = F.lit(column.low if column.low is not None else float("-inf"))
    high = F.lit(column.high if column.high is not None else float("inf"))
    return Rule(
        name=f"{column.name} is within {column.low} to {column.high}",
        broken=~value.between(low, high),
        limit=0.005,
    )


def _annuity() -> SparkColumn:
    """Return the monthly payment of a loan: P r / (1 - (1 + r)^-n), r a twelfth of the rate."""
    rate = F.col("int_rate") / 1200
    return F.col("funded_amnt") * rate / (1 - F.pow(1 + rate, -F.col("term")))

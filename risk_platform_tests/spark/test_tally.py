"""Each rule is broken by a loan that breaks it, kept by one that keeps it, on either engine."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from risk_platform.contract.column import DType
from risk_platform.contract.columns import BY_NAME, LOANS
from risk_platform.contract.judgement import Finding, judge
from risk_platform.contract.rules import Kind, Rule, rules_of
from risk_platform.features.parse import parse_value
from risk_platform.spark.queries import Engine, Query, duckdb_query, spark_query
from risk_platform.spark.tally import (
    RULES_PER_QUERY,
    Repeated,
    newest,
    repeated_ids,
    repeats,
    samples,
    tally,
)
from risk_platform.spark.typed import ARROW_TYPES, first_day
from risk_platform_tests.raw_loan import RAW_LOAN

PAYMENTS = "total_pymnt is principal, interest, late fees and recoveries"
BALANCE = "a current loan owes what was funded less the principal received"
ANNUITY = "installment is the annuity of funded_amnt, int_rate and term"
FICO = "a FICO range spans 4 or 5 points"
ISSUED_LATE = "no loan is issued after its snapshot"
PAID_LATE = "no payment is later than the snapshot"
PAID_EARLY = "no payment is earlier than the loan"
PAID_NEVER = "a loan that received money has a last payment"
OPENED_LATE = "no credit line is opened after the loan"

Loan = Mapping[str, str | float]
Opened = Callable[[Sequence[Loan]], AbstractContextManager[Query]]

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
    "a rate that was rounded": {"installment": "332.19"},
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
    "issued after the snapshot": (
        {"issue_d": "May-2019", "last_pymnt_d": "", "total_pymnt": ""},
        ISSUED_LATE,
    ),
    "paid after the snapshot": ({"last_pymnt_d": "May-2019"}, PAID_LATE),
    "paid before the loan": ({"last_pymnt_d": "Feb-2016"}, PAID_EARLY),
    "paid on no day": ({"last_pymnt_d": ""}, PAID_NEVER),
    "opened after the loan": ({"earliest_cr_line": "Apr-2016"}, OPENED_LATE),
    "wide FICO": ({"fico_range_high": "709"}, FICO),
    "narrow FICO": ({"fico_range_high": "700"}, FICO),
}
BOUNDED = [c for c in LOANS if c.low is not None and c.high is not None]
SNAPSHOT = date(2019, 4, 1)
RULES = rules_of()


def table(loans: Sequence[Loan]) -> pa.Table:
    """Return loans as cleaning types them; what is not given is null, and a number stays one."""
    columns = {
        column.name: pa.array(
            [_value(loan, column.name) for loan in loans], ARROW_TYPES[column.dtype]
        )
        for column in LOANS
    }
    files = pa.array([loan.get("source_file", "it's a file.csv") for loan in loans])
    snapshots = pa.array([SNAPSHOT] * len(loans), pa.date32())
    return pa.table({**columns, "source_file": files, "snapshot_d": snapshots})


def _value(loan: Loan, name: str) -> float | str | date | None:
    column = BY_NAME[name]
    given = loan.get(name, "")
    if column.dtype is DType.LABEL:
        return given or None
    value = parse_value(column, given) if isinstance(given, str) else given
    if value is None or isinstance(value, str):
        return value
    if column.dtype is DType.MONTH:
        return first_day(int(value))
    return value if pa.types.is_floating(ARROW_TYPES[column.dtype]) else int(value)


@pytest.fixture(params=list(Engine))
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Return what opens loans, in two files, for queries of one engine."""

    def open_loans(loans: Sequence[Loan]) -> AbstractContextManager[Query]:
        whole = table(loans)
        files = [str(tmp_path / "one.parquet"), str(tmp_path / "two.parquet")]
        pq.write_table(whole.slice(0, 1), files[0])
        pq.write_table(whole.slice(1), files[1])
        if request.param is Engine.DUCKDB:
            return duckdb_query(files)
        spark: SparkSession = request.getfixturevalue("spark")
        return spark_query(files, spark)

    return open_loans


@pytest.fixture
def cases(opened: Opened) -> Iterator[Query]:
    """Return a table with a loan for each case, whose file is called after the case."""
    cases = KEPT | {name: loan for name, (loan, _) in BROKEN.items()}
    with opened(
        [RAW_LOAN | dict(loan) | {"source_file": name} for name, loan in cases.items()]
    ) as query:
        yield query


def broken(query: Query, rules: Sequence[Rule] = RULES) -> dict[str, dict[str, int]]:
    """Count the loans of each source that break a rule, by those rules that are broken at all."""
    found: dict[str, dict[str, int]] = {}
    for counted in tally(query, rules):
        some = {name: count for name, count in counted.broken.items() if count}
        found.setdefault(counted.source, {}).update(some)
    return found


def test_an_identity_is_broken_by_the_loans_that_break_it(cases: Query) -> None:
    """By no other: rounding to cents is allowed, and what is not known breaks nothing."""
    identities = [rule for rule in RULES if rule.kind is Kind.IDENTITY]
    assert len(identities) == len({rule for _, rule in BROKEN.values()})
    assert broken(cases, identities) == {
        **{name: {} for name in KEPT},
        **{name: {rule: 1} for name, (_, rule) in BROKEN.items()},
    }


def outside(step: float, end: str) -> Loan:
    """Return a loan all of whose bounded columns are so far from one end of their range."""
    moved = {c.name: (c.low if end == "low" else c.high) for c in BOUNDED}
    return {name: (value or 0) + step for name, value in moved.items()}


def test_both_ends_of_each_range_are_guarded_and_within_it(opened: Opened) -> None:
    """D12: a loan at the ends breaks nothing, one beyond them breaks every range."""
    ranges = [rule for rule in RULES if rule.kind is Kind.RANGE]
    loans = {
        "lowest": outside(0, "low"),
        "highest": outside(0, "high"),
        "below": outside(-1, "low"),
        "above": outside(1, "high"),
        "nothing": {},
    }
    known = [{"issue_d": "Mar-2016", "source_file": n} | loan for n, loan in loans.items()]
    with opened(known) as query:
        found = {source: len(names) for source, names in broken(query, ranges).items()}
    assert len(ranges) == len(BOUNDED) > RULES_PER_QUERY
    every = len(BOUNDED)
    assert found == {"lowest": 0, "highest": 0, "below": every, "above": every, "nothing": 0}


def test_a_label_outside_the_vocabulary_is_counted(opened: Opened) -> None:
    """One loan has labels that nobody knows, the other none at all."""
    labels = [c.name for c in LOANS if c.dtype is DType.LABEL]
    loans = [RAW_LOAN | dict.fromkeys(labels, "strange"), RAW_LOAN | dict.fromkeys(labels, "")]
    rules = [rule for rule in RULES if rule.kind is Kind.LABEL]
    with opened(loans) as query:
        ((_, found),) = broken(query, rules).items()
    assert found == {rule.name: 1 for rule in rules}
    assert len(found) == len(labels)


def test_what_is_missing_and_what_should_be_is_counted_by_month(opened: Opened) -> None:
    """A column is missed where it is asked for, and unexpected where it is not."""
    loans = [
        RAW_LOAN | {"issue_d": "Mar-2011", "dti": ""},
        RAW_LOAN | {"issue_d": "Mar-2011", "annual_inc_joint": "90000"},
        RAW_LOAN | {"issue_d": "Mar-2016", "application_type": "Joint App", "tot_cur_bal": ""},
    ]
    rules = [
        rule
        for rule in RULES
        if rule.column in {"dti", "annual_inc_joint", "tot_cur_bal"}
        if rule.kind in {Kind.MISSING, Kind.UNEXPECTED}
    ]
    with opened(loans) as query:
        counted = {
            t.month: Counter({k: n for k, n in t.broken.items() if n}) for t in tally(query, rules)
        }
    assert counted == {
        "2011-03": {
            "dti is given": 1,
            "annual_inc_joint is not given": 1,
            "tot_cur_bal is not given": 2,
        },
        "2016-03": {"annual_inc_joint is given": 1, "tot_cur_bal is given": 1},
    }


def test_how_many_rules_are_counted_at_once_changes_nothing(cases: Query) -> None:
    """One rule a query gives the counts of all rules in one."""
    some = RULES[::12]
    assert tally(cases, some, per_query=1) == tally(cases, some, per_query=len(some))


def test_an_empty_table_has_nothing_to_judge(opened: Opened) -> None:
    """It is read, and no group is found."""
    with opened([]) as query:
        assert tally(query, RULES[:3]) == []


def test_samples_are_the_loans_that_a_finding_counts(opened: Opened) -> None:
    """The five lowest ids, of the vintage and of the sources that break the rule, with values."""
    wrong = [{"id": f"{100 + n}", "issue_d": "Mar-2016", "dti": "7000"} for n in range(6)]
    other = [{"id": "1", "issue_d": "Apr-2016", "dti": "7000"}, {"id": "2", "issue_d": "Mar-2016"}]
    with opened([RAW_LOAN | dict(loan) for loan in wrong + other]) as query:
        (found,) = judge(
            [r for r in RULES if r.name.startswith("dti is within")],
            tally(query, RULES),
            {"2016-01-01"},
        ).findings
        assert (found.broken, found.concerned) == (6, 7)
        assert [number for number, _ in samples(query, found)] == [
            "100",
            "101",
            "102",
            "103",
            "104",
        ]
        assert {value for _, value in samples(query, found)} == {"7000.0"}


def test_samples_keep_to_the_months_of_a_rule_and_its_sources(opened: Opened) -> None:
    """In the month in which a column begins it may be missing; so may it in a file without it."""
    rule = next(rule for rule in RULES if rule.name == "open_acc_6m is given")
    loans = [
        {"id": "1", "issue_d": "Dec-2015", "source_file": "a"},
        {"id": "2", "issue_d": "Jan-2016", "source_file": "b"},
        {"id": "3", "issue_d": "Jan-2016", "source_file": "a"},
    ]
    with opened([RAW_LOAN | dict(loan) for loan in loans]) as query:
        found = Finding(rule=rule, vintage="2016-01-01", concerned=1, broken=1, sources=("a",))
        assert samples(query, found) == [("3", None)]


def test_repeated_ids_are_found(opened: Opened) -> None:
    """D14: in the whole table, and in each file by itself."""
    loans = [{"id": "7", "source_file": f} for f in ("a", "a", "b")] + [
        {"id": "8", "source_file": "b"}
    ]
    with opened([RAW_LOAN | dict(loan) for loan in loans]) as query:
        assert repeated_ids(query) == (4, 2, ["7"])
        assert repeats(query) == {"a": Repeated(2, 1, ["7"]), "b": Repeated(2, 2)}
        assert newest(query) == (date(2016, 3, 1), SNAPSHOT)

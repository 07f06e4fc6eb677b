"""Counts are judged by vintage: what breaks the contract is found, chance and the past are not."""

from collections.abc import Mapping

import pytest

from risk_platform.contract.columns import LOANS
from risk_platform.contract.judgement import Tally, judge, tolerated
from risk_platform.contract.rules import EVERY_LOAN, Kind, Rule, rules_of
from risk_platform.contract.sentences import sentence_of, undelivered_in_words

RULES = rules_of()
BY_NAME = {rule.name: rule for rule in RULES}
DTI = BY_NAME["dti is given"]


def tally(month: str, loans: int, broken: Mapping[str, int], source: str = "loans.csv") -> Tally:
    """Return counts in which all loans are concerned by every rule, and break those named."""
    none = dict.fromkeys(BY_NAME, 0)
    concerned = dict.fromkeys({rule.concerned for rule in RULES} | {EVERY_LOAN}, loans)
    return Tally(source=source, month=month, concerned=concerned, broken={**none, **broken})


def found(rule: Rule, *tallies: Tally) -> list[tuple[str, int, int]]:
    """Return the vintages in which a rule is broken, with the loans that break it, and all."""
    judged = judge([rule], tallies)
    return [(finding.vintage, finding.broken, finding.concerned) for finding in judged.findings]


def test_each_rule_is_called_otherwise() -> None:
    """Counts are kept by name, and every column of the contract but those that lack at will."""
    assert len(BY_NAME) == len(RULES)
    missing = {rule.column for rule in RULES if rule.kind is Kind.MISSING}
    assert missing == {column.name for column in LOANS if column.may_lack < 1}


def test_a_vintage_is_not_hidden_by_the_others() -> None:
    """A third of one quarter is found, though it is 1 % of all loans."""
    good = [tally(f"{year}-05", 10_000, {}) for year in range(2010, 2019)]
    bad = [tally("2016-08", 1_000, {DTI.name: 200}), tally("2016-09", 2_000, {DTI.name: 730})]
    assert found(DTI, *good, *bad) == [("2016-07-01", 930, 3_000)]


def test_only_the_vintages_asked_for_are_judged() -> None:
    """A run over a quarter is not stopped by another."""
    tallies = [tally(month, 1_000, {DTI.name: 500}) for month in ("2016-02", "2016-05")]
    judged = judge([DTI], tallies, {"2016-04-01"})
    assert [finding.vintage for finding in judged.findings] == ["2016-04-01"]


@pytest.mark.parametrize(("loans", "lacking"), [(5, 1), (100, 5), (1_000, 23), (100_000, 1_126)])
def test_chance_is_allowed_and_no_more(loans: int, lacking: int) -> None:
    """The smaller the vintage, the further its share may stray; one loan more is found."""
    assert found(DTI, tally("2016-02", loans, {DTI.name: lacking})) == []
    assert found(DTI, tally("2016-02", loans, {DTI.name: lacking + 1})) != []


def test_the_worst_vintage_of_each_rule_comes_first() -> None:
    """A rule that every vintage breaks does not hide the others."""
    income = BY_NAME["annual_inc is given"]
    bad = [tally(f"{year}-05", 1_000, {DTI.name: 900}) for year in (2014, 2015, 2016)]
    other = tally("2017-05", 1_000, {income.name: 100})
    judged = judge(RULES, [*bad, other])
    assert [finding.rule for finding in judged.findings] == [DTI, income, DTI, DTI]


def test_a_limit_of_nothing_is_one() -> None:
    """No loan may be without its number, however few there are."""
    assert tolerated(1_000_000, 0) == 0
    assert found(BY_NAME["id is given"], tally("2016-02", 1_000_000, {"id is given": 1}))


def test_a_column_is_missed_in_its_months_alone() -> None:
    """Before it began it is null; in the month it began it is null for some."""
    rule = BY_NAME["tot_cur_bal is given"]
    lacking = {rule.name: 900}
    assert found(rule, tally("2012-07", 900, lacking), tally("2012-08", 1_000, lacking)) == []
    after = [tally("2012-07", 900, lacking), tally("2012-09", 1_000, lacking)]
    assert found(rule, *after) == [("2012-07-01", 900, 1_000)]


def test_a_column_that_is_filled_too_early_has_moved() -> None:
    """What LendingClub did not ask cannot be known."""
    rule = BY_NAME["tot_cur_bal is not given"]
    filled = {rule.name: 300}
    early, in_time = tally("2011-10", 1_000, filled), tally("2012-08", 1_000, filled)
    assert found(rule, early, in_time) == [("2011-10-01", 300, 1_000)]


def test_a_source_without_a_column_is_said_once_and_spoils_no_vintage() -> None:
    """A narrower layout is no error of the quarters in it; the loans of others are judged."""
    narrow = [tally(f"2014-{m:02d}", 3_000, {DTI.name: 3_000}, "narrow.csv") for m in (1, 2)]
    whole = [tally("2014-01", 500, {DTI.name: 1}), tally("2014-05", 500, {DTI.name: 100})]
    judged = judge(RULES, [*narrow, *whole])
    assert [(u.column, u.source, u.loans) for u in judged.undelivered] == [
        ("dti", "narrow.csv", 6_000)
    ]
    assert [(f.vintage, f.broken, f.sources) for f in judged.findings] == [
        ("2014-04-01", 100, ("loans.csv",))
    ]


def test_a_source_that_lost_a_column_has_delivered_it() -> None:
    """If only the later loans of a file are without it, each of their vintages is wrong."""
    lost = [tally("2016-02", 900, {}), tally("2016-05", 900, {DTI.name: 900})]
    judged = judge(RULES, lost)
    assert judged.undelivered == []
    assert [(f.vintage, f.share) for f in judged.findings] == [("2016-04-01", 1.0)]


def test_a_few_loans_do_not_say_what_a_source_brings() -> None:
    """Three loans may all be without a column by chance."""
    assert judge(RULES, [tally("2016-02", 3, {"il_util is given": 3})]).undelivered == []


@pytest.mark.parametrize(
    ("rule", "month", "grave"),
    [
        ("dti is given", "2016-02", True),
        ("dti is given", "2008-02", False),
        ("emp_title is given", "2016-02", False),
        ("loan_status is one of 14 labels", "2016-02", True),
        ("settlement_percentage is within 0 to 100", "2016-02", False),
        ("no payment is later than the snapshot", "2016-02", True),
    ],
)
def test_a_finding_is_grave_where_a_model_would_be_harmed(
    rule: str, month: str, *, grave: bool
) -> None:
    """Features or outcomes are made of it, and the loans are not of LendingClub's first years."""
    (finding,) = judge([BY_NAME[rule]], [tally(month, 1_000, {rule: 500})]).findings
    assert finding.is_grave is grave


WORDS = {
    "dti is given": ("`dti` is missing for {};", "1 %"),
    "verification_status is one of 3 labels": (
        "`verification_status` is none of its 3 labels for {};",
        "0.5 %",
    ),
    "fico_range_low is within 300 to 850": (
        "`fico_range_low` is outside 300 to 850 for {};",
        "0.5 %",
    ),
    "tot_cur_bal is not given": (
        "`tot_cur_bal` is given for {}, though LendingClub asks for it from 2012-08 on only;",
        "1 %",
    ),
    "no payment is later than the snapshot": (
        "“no payment is later than the snapshot” is not so for {};",
        "0.5 %",
    ),
}


@pytest.mark.parametrize("rule", WORDS)
def test_a_finding_is_told_in_words_that_a_supplier_understands(rule: str) -> None:
    """Which column, how many of which loans, what is allowed, and some of them."""
    (finding,) = judge([BY_NAME[rule]], [tally("2011-08", 1_000, {rule: 310})]).findings
    words, limit = WORDS[rule]
    told = words.format("31 % of the 1,000 loans issued in 2011-Q3")
    assert sentence_of(finding, [("123", None), ("456", "x")]) == (
        f"{told} the contract allows {limit}. Loans: 123, 456 (x)."
    )


def test_joint_applications_are_named() -> None:
    """A column that is asked of them alone is missing for them alone."""
    rule = BY_NAME["dti_joint is given"]
    (finding,) = judge([rule], [tally("2018-08", 1_000, {rule.name: 310})]).findings
    assert "31 % of the 1,000 joint loans issued in 2018-Q3" in sentence_of(finding)


def test_what_is_not_delivered_is_said_of_the_source() -> None:
    """One sentence a file."""
    assert undelivered_in_words("a.csv", ["dti", "il_util"]) == (
        "a.csv does not deliver 2 columns that features read: `dti`, `il_util`."
    )

"""The contract of the loan table: what it says of its columns."""

import hashlib
import re
from collections import Counter
from dataclasses import fields, replace

import pytest

from risk_platform.contract.column import Block, Column, DType, Timing
from risk_platform.contract.columns import BY_NAME, LOANS, canonical_name, contract_digest
from risk_platform.contract.layouts import LAYOUT_2018, LAYOUT_2020
from risk_platform.contract.outcome import DEFAULT_STATUSES

NUMBERS = {DType.FLOAT, DType.INTEGER, DType.PERCENT, DType.TERM, DType.EMP_LENGTH}
LEAKS = (
    "funded_amnt",
    "funded_amnt_inv",
    "loan_status",
    "pymnt_plan",
    "out_prncp",
    "out_prncp_inv",
    "total_pymnt",
    "total_pymnt_inv",
    "total_rec_prncp",
    "total_rec_int",
    "total_rec_late_fee",
    "recoveries",
    "collection_recovery_fee",
    "last_pymnt_d",
    "last_pymnt_amnt",
    "next_pymnt_d",
    "last_credit_pull_d",
    "last_fico_range_high",
    "last_fico_range_low",
)


def digest(names: tuple[str, ...]) -> str:
    """Return a short fingerprint of names in their order."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def test_the_contract_holds_the_columns_of_both_official_files_in_order() -> None:
    """The fingerprints were taken of the two headers as LendingClub published them."""
    assert tuple(column.name for column in LOANS) == LAYOUT_2018
    assert (len(LAYOUT_2018), digest(LAYOUT_2018)) == (151, "66e06891d9d52504")
    assert (len(LAYOUT_2020), digest(LAYOUT_2020)) == (142, "4ccec5dda84db262")


def test_the_file_of_2020_has_an_unnamed_index_and_no_column_of_its_own() -> None:
    """All its 141 columns are among the 151."""
    assert LAYOUT_2020[0] == ""
    assert set(LAYOUT_2020[1:]) < set(LAYOUT_2018)


def test_by_name_finds_every_column_and_cannot_be_changed() -> None:
    """The contract is code, never configurable."""
    assert {name: column.name for name, column in BY_NAME.items()} == {n: n for n in LAYOUT_2018}
    assert not hasattr(BY_NAME, "__setitem__")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("loan_amnt", "loan_amnt"),
        ("is_inc_v", "verification_status"),
        ("open_il_6m", "open_act_il"),
        ("emp_name", "emp_title"),
        ("verified_status_joint", "verification_status_joint"),
        (" Total_Rev_Hi_Lim   ", "total_rev_hi_lim"),
        ("IS_INC_V", "verification_status"),
    ],
)
def test_a_header_is_known_by_name_and_alias_whatever_its_case(header: str, name: str) -> None:
    """Older files use other names, and blanks around them."""
    assert canonical_name(header) == name


@pytest.mark.parametrize("header", ["", "Unnamed: 0", "colour", "loan"])
def test_a_header_that_is_no_column_has_no_name(header: str) -> None:
    """Nothing is guessed."""
    assert canonical_name(header) is None


def test_no_name_or_alias_means_two_columns() -> None:
    """A header leads to one column."""
    names = Counter(name for column in LOANS for name in (column.name, *column.aliases))
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("name", LEAKS)
def test_what_is_known_only_after_funding_is_an_outcome(name: str) -> None:
    """D19: these are the columns by which published models have cheated."""
    assert BY_NAME[name].known is Timing.OUTCOME


def test_everything_about_hardship_and_settlement_is_an_outcome() -> None:
    """Relief is agreed with borrowers who are already in trouble."""
    relief = [column for column in LOANS if column.block is Block.HARDSHIP]
    assert len(relief) == 22
    assert {column.known for column in relief} == {Timing.OUTCOME}


def test_the_lender_sets_the_price() -> None:
    """Rate, grades, instalment and listing are decided on approval."""
    priced = {column.name for column in LOANS if column.known is Timing.PRICING}
    assert priced == {"int_rate", "grade", "sub_grade", "installment", "initial_list_status"}


def test_keys_addresses_and_the_month_of_issue_are_metadata() -> None:
    """They find and date a loan."""
    metadata = {column.name for column in LOANS if column.known is Timing.METADATA}
    assert metadata == {"id", "member_id", "url", "policy_code", "issue_d"}


@pytest.mark.parametrize("column", LOANS, ids=lambda column: column.name)
def test_a_column_is_fully_described(column: Column) -> None:
    """Numbers have a range, labels a vocabulary, other spellings lead into it."""
    assert column.about
    assert not column.about.endswith(".")
    assert (column.low is not None and column.high is not None) == (column.dtype in NUMBERS)
    assert bool(column.labels) == (column.dtype is DType.LABEL)
    assert len(set(column.labels)) == len(column.labels)
    assert {label for _, label in column.spellings} <= set(column.labels)
    assert not {spelling for spelling, _ in column.spellings} & set(column.labels)


@pytest.mark.parametrize("column", LOANS, ids=lambda column: column.name)
def test_the_months_between_which_a_column_is_filled_are_in_order(column: Column) -> None:
    """Both are written ``YYYY-MM``, after the first loan and before the last."""
    first, last = column.since or "2007-06", column.until or "2020-09"
    assert re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", first)
    assert re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", last)
    assert "2007-06" <= first < last <= "2020-09"


def test_the_statuses_that_mean_default_are_labels() -> None:
    """The outcome policy speaks the contract's language."""
    assert set(DEFAULT_STATUSES) <= set(BY_NAME["loan_status"].labels)


def test_the_same_contract_has_the_same_digest() -> None:
    """It is stored with every model and compared by the service."""
    assert contract_digest() == contract_digest(tuple(LOANS))
    assert re.fullmatch("[0-9a-f]{64}", contract_digest())


@pytest.mark.parametrize("field", [field.name for field in fields(Column)])
def test_the_digest_changes_with_anything_that_is_said_of_a_column(field: str) -> None:
    """Not a word may differ between the contract of a model and that of the service."""
    other = next(c for c in LOANS if getattr(c, field) != getattr(LOANS[0], field))
    changed = replace(LOANS[0], **{field: getattr(other, field)})
    assert contract_digest((changed, *LOANS[1:])) != contract_digest()


def test_the_digest_changes_with_the_order_of_the_columns() -> None:
    """The order is part of the contract."""
    assert contract_digest(tuple(reversed(LOANS))) != contract_digest()

"""Loans: a number of them drawn at once, and set out as the raw columns of the file of 2020."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.layouts import LAYOUT_2020
from risk_platform.contract.vintages import FIRST_MONTH, LAST_MONTH
from risk_platform.sources.generator.applications import (
    TOP_FICO,
    TOP_OF_RANGE,
    Applications,
    begins,
    draw_applications,
)
from risk_platform.sources.generator.books import (
    CHARGED_OFF,
    OFF_POLICY,
    STATUSES,
    Books,
    keep_books,
)
from risk_platform.sources.generator.hardship import draw_hardship, draw_settlement_flags
from risk_platform.sources.generator.marginals import Ints, Statistics
from risk_platform.sources.generator.pricing import Terms, price
from risk_platform.sources.generator.rawtext import (
    labels_text,
    months_text,
    numbers_text,
    percents_text,
)
from risk_platform.sources.generator.risk import Fate, draw_fates
from risk_platform.sources.generator.words import draw_job_titles, draw_titles, draw_zip_codes

# The books of the file of 2020 were read in its last month of issue.
SNAPSHOT = LAST_MONTH
# In 2019 as much was lent as at the end of 2018; from April 2020 a quarter of it.
_CALM_MONTHS, _PANDEMIC_MONTHS, _PANDEMIC_VOLUME = 15, 6, 0.25
_FIRST_ID, _ID_STEP = 54_000, 57
_PULLED_WITHIN_MONTHS = 24
_WITHOUT_SCORE = 0.14
_WORST_FICO = 500


@dataclass(frozen=True, slots=True)
class Loans:
    """A number of loans: the raw columns by name, and the truth that no file tells."""

    columns: Mapping[str, pa.Array]
    fate: Fate


def draw_loans(rng: np.random.Generator, first: int, issued: Ints, statistics: Statistics) -> Loans:
    """Draw loans number ``first``, ``first + 1`` … of a file, given their months of issue."""
    count = len(issued)
    applications = draw_applications(rng, issued, statistics)
    terms = price(rng, applications, statistics)
    fate = draw_fates(rng, applications, terms)
    books = keep_books(rng, issued, terms, fate, SNAPSHOT)
    ids = _FIRST_ID + _ID_STEP * np.arange(first, first + count)
    ids += rng.integers(_ID_STEP, size=count)
    columns = (
        _identity(ids, np.arange(first, first + count))
        | _of_application(rng, applications, statistics)
        | _of_terms(applications, terms)
        | _of_books(issued, books)
        | _of_last_report(rng, applications, books)
        | draw_hardship(rng, issued, terms, books)
        | {"debt_settlement_flag": draw_settlement_flags(rng, books)}
    )
    return Loans({name: columns[name] for name in LAYOUT_2020}, fate)


def months_of_issue(loans: int, statistics: Statistics) -> Ints:
    """Return the months in which the loans of a file were issued, in order of time.

    Volumes are those of real loans. As LendingClub's own, the file goes from quarter to quarter.
    """
    latest = statistics.volumes[-1]
    later = [latest] * _CALM_MONTHS + [latest * _PANDEMIC_VOLUME] * _PANDEMIC_MONTHS
    volumes = np.concatenate([statistics.volumes, later]).cumsum()
    year, month = map(int, statistics.first_month.split("-"))
    start = (year - 1970) * 12 + month - 1
    places = (np.arange(loans) + 0.5) / loans * volumes[-1]
    return np.clip(start + np.searchsorted(volumes, places), FIRST_MONTH, LAST_MONTH)


def _identity(ids: Ints, index: Ints) -> dict[str, pa.Array]:
    texts = pc.cast(pa.array(ids), pa.string())
    address = "https://lendingclub.com/browse/loanDetail.action?loan_id="
    return {
        "": pc.cast(pa.array(index), pa.string()),
        "id": texts,
        "url": pc.binary_join_element_wise(address, texts, ""),
        "policy_code": pa.array(["1.0"] * len(ids)),
        "pymnt_plan": pa.array(["n"] * len(ids)),
    }


def _of_application(
    rng: np.random.Generator, applications: Applications, statistics: Statistics
) -> dict[str, pa.Array]:
    issued, numbers, labels = applications.issued, applications.numbers, applications.labels
    texts = {
        name: percents_text(values) if name == "revol_util" else numbers_text(values)
        for name, values in numbers.items()
        if name in BY_NAME
    }
    for name, of_column in statistics.labels.items():
        if name in labels:
            empty = applications.absent.get(name)
            texts[name] = labels_text(of_column.labels, labels[name], empty)
    no_second = ~applications.is_joint
    labels_joint = statistics.labels["verification_status_joint"].labels
    joint = labels["verification_status_joint"]
    years = rng.integers(60, 400, len(issued))
    alone = no_second | (issued < begins("sec_app_earliest_cr_line"))
    opened = issued - numbers["credit_hist_months"].astype(np.int64)
    return texts | {
        "earliest_cr_line": months_text(opened),
        "issue_d": months_text(issued),
        "emp_title": draw_job_titles(rng, applications.absent["emp_title"]),
        "title": draw_titles(rng, issued, labels["purpose"], applications.absent["title"]),
        "zip_code": draw_zip_codes(rng, labels["addr_state"]),
        "application_type": labels_text(
            BY_NAME["application_type"].labels, applications.is_joint.astype(np.int64)
        ),
        "verification_status_joint": labels_text(labels_joint, joint, no_second),
        "sec_app_earliest_cr_line": months_text(issued - years, alone),
    }


def _of_terms(applications: Applications, terms: Terms) -> dict[str, pa.Array]:
    sub_grades = BY_NAME["sub_grade"].labels
    return {
        "funded_amnt": numbers_text(terms.funded),
        "funded_amnt_inv": numbers_text(terms.funded),
        "int_rate": percents_text(terms.rate),
        "installment": numbers_text(terms.installment),
        "grade": labels_text([name[0] for name in sub_grades], terms.sub_grade),
        "sub_grade": labels_text(sub_grades, applications.labels["sub_grade"]),
    }


def _of_books(issued: Ints, books: Books) -> dict[str, pa.Array]:
    received = books.principal + books.interest + books.late_fees + books.recoveries
    statuses = (*STATUSES, *(OFF_POLICY + status for status in STATUSES))
    total, owed = numbers_text(np.round(received, 2)), numbers_text(books.owed)
    return {
        "loan_status": labels_text(statuses, books.status + len(STATUSES) * books.is_off_policy),
        "out_prncp": owed,
        "out_prncp_inv": owed,
        "total_pymnt": total,
        "total_pymnt_inv": total,
        "total_rec_prncp": numbers_text(books.principal),
        "total_rec_int": numbers_text(books.interest),
        "total_rec_late_fee": numbers_text(books.late_fees),
        "recoveries": numbers_text(books.recoveries),
        "collection_recovery_fee": numbers_text(books.recovery_fee),
        "last_pymnt_d": months_text(issued + books.payments, books.payments == 0),
        "last_pymnt_amnt": numbers_text(books.last_payment),
        "next_pymnt_d": months_text(np.full(len(issued), SNAPSHOT + 1), ~books.is_active),
    }


def _of_last_report(
    rng: np.random.Generator, applications: Applications, books: Books
) -> dict[str, pa.Array]:
    """Let the latest credit report follow how the loan went."""
    count = len(books.status)
    ended = applications.issued + books.payments + rng.integers(0, _PULLED_WITHIN_MONTHS, count)
    pulled = np.where(books.is_active, SNAPSHOT, np.minimum(ended, SNAPSHOT))
    is_lost = books.status == CHARGED_OFF
    change = np.where(is_lost, rng.normal(-135, 50, count), rng.normal(5, 55, count))
    low = 5 * np.round((applications.numbers["fico_range_low"] + change) / 5)
    low = np.clip(low, _WORST_FICO, TOP_FICO)
    without = is_lost & (rng.random(count) < _WITHOUT_SCORE)
    high = np.where(low == TOP_FICO, TOP_OF_RANGE, low + 4)
    return {
        "last_credit_pull_d": months_text(pulled),
        "last_fico_range_low": numbers_text(np.where(without, 0.0, low)),
        "last_fico_range_high": numbers_text(np.where(without, 499.0, high)),
    }

"""The generator: shape, spellings and identities of what it writes, and whether it is true."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from risk_platform.contract.column import DType
from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.layouts import LAYOUT_2020
from risk_platform.contract.outcome import Books, Window
from risk_platform.features.parse import parse_value
from risk_platform.sources.generator.generate import Generated, generate
from risk_platform.sources.generator.loans import SNAPSHOT, draw_loans, months_of_issue
from risk_platform.sources.generator.marginals import load_statistics
from risk_platform.sources.generator.words import job_titles
from risk_platform.sources.landing import land
from risk_platform.sources.raw_file import RawFile
from risk_platform.sources.report import FileReport

LOANS = 40_000
Values = NDArray[np.float64]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """Return generated loans with their truth."""
    return generate(LOANS, 11, tmp_path_factory.mktemp("generated"), with_truth=True)


@pytest.fixture(scope="module")
def landed(
    made: Generated, tmp_path_factory: pytest.TempPathFactory
) -> tuple[pa.Table, FileReport]:
    """Return the generated loans as landing reads them, and its report."""
    loans, rejects = tmp_path_factory.mktemp("loans"), tmp_path_factory.mktemp("rejects")
    (report,) = land([RawFile(made.csv)], loans, rejects)
    return pq.read_table(loans).sort_by("source_record"), report


@pytest.fixture(scope="module")
def values(landed: tuple[pa.Table, FileReport]) -> Callable[[str], Values]:
    """Return a reader of a column's typed values."""

    def read(name: str) -> Values:
        texts = landed[0][name].combine_chunks().dictionary_encode()
        parsed = [parse_value(BY_NAME[name], text) for text in texts.dictionary.to_pylist()]
        known = np.array([np.nan if value is None else value for value in parsed])
        positions = texts.indices.to_numpy(zero_copy_only=False)
        missing = np.isnan(positions.astype(np.float64))
        read = known[np.where(missing, 0, positions).astype(np.int64)]
        return np.where(missing, np.nan, read)

    return read


def test_every_record_is_a_loan_or_known_to_be_none(
    made: Generated, landed: tuple[pa.Table, FileReport]
) -> None:
    """Landing takes every generated loan, sets none aside, and recognises notes and footers."""
    report = landed[1]
    assert report.reconciles
    assert (report.loans, report.quarantined) == (LOANS, {})
    assert sum(report.no_loan.values()) == made.not_loans


def test_the_header_is_that_of_the_file_of_2020(made: Generated) -> None:
    """All 141 columns stand in their order, behind the unnamed index."""
    with made.csv.open(newline="") as file:
        file.readline()
        assert tuple(next(csv.reader(file))) == LAYOUT_2020
    assert len(LAYOUT_2020) == 142


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """A chunk depends on the seed and its place alone, so that runs can be repeated."""
    again, other = generate(500, 3, tmp_path / "a"), generate(500, 3, tmp_path / "b")
    changed = generate(500, 4, tmp_path / "c")
    assert again.csv.read_bytes() == other.csv.read_bytes()
    assert again.csv.read_bytes() != changed.csv.read_bytes()
    assert again.truth is None


def test_ids_are_distinct(landed: tuple[pa.Table, FileReport]) -> None:
    """No two loans share an id, across chunks too."""
    assert pc.count_distinct(landed[0]["id"]).as_py() == LOANS


def test_raw_forms_are_those_of_lendingclub(landed: tuple[pa.Table, FileReport]) -> None:
    """Terms, percentages, months and employment stand as they do in the raw file."""
    first = {name: landed[0][name].drop_null()[0].as_py() for name in LAYOUT_2020 if name}
    assert first["term"] in {" 36 months", " 60 months"}
    assert first["int_rate"].startswith(" ")
    assert first["int_rate"].endswith("%")
    assert first["revol_util"].endswith("%")
    assert first["zip_code"].endswith("xx")
    assert first["fico_range_low"].endswith(".0")
    assert "10+ years" in landed[0]["emp_length"].unique().to_pylist()


def test_texts_hold_commas_quotes_and_line_breaks(landed: tuple[pa.Table, FileReport]) -> None:
    """Free text is as untidy as people type it, trailing blanks included."""
    titles = landed[0]["emp_title"].drop_null()
    for mark in (",", '"', "\n"):
        assert pc.any(pc.match_substring(titles, mark)).as_py()
    trailing = pc.mean(pc.cast(pc.ends_with(titles, " "), pa.int8())).as_py()
    assert 0.07 < trailing < 0.11


def test_there_are_sixty_thousand_job_titles() -> None:
    """The vocabulary is as wide as that of real borrowers."""
    assert len(set(job_titles())) >= 60_000


@pytest.mark.parametrize(
    ("begun", "before"), [("tot_cur_bal", "2012-08"), ("open_acc_6m", "2015-12")]
)
def test_columns_begin_late(values: Callable[[str], Values], begun: str, before: str) -> None:
    """A bureau column is empty before the month in which the lender began to fill it."""
    year, month = map(int, before.split("-"))
    start = (year - 1970) * 12 + month - 1
    issued, given = values("issue_d"), ~np.isnan(values(begun))
    assert not given[issued < start].any()
    assert given[issued >= start].mean() > 0.95


def test_every_number_is_within_its_plausible_range(
    landed: tuple[pa.Table, FileReport], values: Callable[[str], Values]
) -> None:
    """No generated value leaves the range of its column."""
    del landed
    outside = []
    for name in LAYOUT_2020:
        column = BY_NAME.get(name)
        if column is None or column.dtype not in {DType.FLOAT, DType.INTEGER, DType.PERCENT}:
            continue
        low = -np.inf if column.low is None else column.low
        high = np.inf if column.high is None else column.high
        value = values(name)
        if ((value < low) | (value > high)).any():
            outside.append(name)
    assert outside == []


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("pub_rec_bankruptcies", "pub_rec"),
        ("num_actv_rev_tl", "num_op_rev_tl"),
        ("num_bc_sats", "num_bc_tl"),
        ("open_il_12m", "open_il_24m"),
        ("num_sats", "open_acc"),
        ("open_acc", "total_acc"),
    ],
)
def test_a_part_is_no_more_than_its_whole(
    values: Callable[[str], Values], part: str, whole: str
) -> None:
    """Counts of the bureau agree with one another, wherever both are known."""
    known = ~np.isnan(values(part)) & ~np.isnan(values(whole))
    assert known.any()
    assert (values(part)[known] <= values(whole)[known]).all()


def test_a_hardship_plan_is_about_money_that_is_owed(values: Callable[[str], Values]) -> None:
    """Its balance lies between nothing and what was lent with a month's interest."""
    owed = values("hardship_payoff_balance_amount")
    planned = ~np.isnan(owed)
    most = values("funded_amnt") * (1 + values("int_rate") / 1200)
    assert planned.any()
    assert (owed[planned] > 0).all()
    assert (owed[planned] <= most[planned] + 0.01).all()


def test_dti_999_marks_an_error(landed: tuple[pa.Table, FileReport]) -> None:
    """Some loans carry the mark, as real ones do."""
    assert "999.0" in landed[0]["dti"].unique().to_pylist()


def test_received_is_principal_interest_fees_and_recoveries(
    values: Callable[[str], Values],
) -> None:
    """What was paid adds up to the cent."""
    parts = ("total_rec_prncp", "total_rec_int", "total_rec_late_fee", "recoveries")
    received = sum(values(name) for name in parts)
    np.testing.assert_allclose(values("total_pymnt"), received, atol=0.011)


def test_installment_is_the_annuity(values: Callable[[str], Values]) -> None:
    """Amount, rate and term give the payment within a cent."""
    rate = values("int_rate") / 1200
    annuity = values("funded_amnt") * rate / (1 - (1 + rate) ** -values("term"))
    np.testing.assert_allclose(values("installment"), annuity, atol=0.0051)


def test_current_loans_owe_what_was_not_repaid(
    landed: tuple[pa.Table, FileReport], values: Callable[[str], Values]
) -> None:
    """On a current loan the principal owed and received make up what was lent."""
    current = np.array(landed[0]["loan_status"].to_pylist()) == "Current"
    whole = values("out_prncp") + values("total_rec_prncp")
    np.testing.assert_allclose(whole[current], values("funded_amnt")[current], atol=0.011)


def test_price_rises_with_grade(
    landed: tuple[pa.Table, FileReport], values: Callable[[str], Values]
) -> None:
    """Each grade is dearer, and ends worse, than the one before."""
    grades = np.array(landed[0]["grade"].to_pylist())
    statuses = np.array(landed[0]["loan_status"].to_pylist())
    ended = np.isin(statuses, ("Fully Paid", "Charged Off"))
    rates = [values("int_rate")[grades == grade].mean() for grade in "ABCDEFG"]
    lost = [(statuses == "Charged Off")[ended & (grades == g)].mean() for g in "ABCDE"]
    assert rates == sorted(rates)
    assert lost == sorted(lost)


def outcomes(landed: tuple[pa.Table, FileReport], values: Callable[[str], Values]) -> Values:
    """Return each loan's 12-month outcome by the contract's definition, NaN where unknown."""
    window = Window(12)
    statuses = landed[0]["loan_status"].to_pylist()
    rows = zip(statuses, values("issue_d"), values("last_pymnt_d"), strict=True)
    found = [
        window.outcome(
            Books(
                status=status,
                issued=int(issued),
                last_paid=None if np.isnan(paid) else int(paid),
                snapshot=SNAPSHOT,
            )
        )
        for status, issued, paid in rows
    ]
    return np.array([np.nan if outcome is None else outcome for outcome in found])


def true_pd(made: Generated) -> Values:
    """Return the true 12-month PDs in the order of the file."""
    assert made.truth is not None
    return pq.read_table(made.truth)["pd_12m"].to_numpy()


def test_the_true_pd_is_calibrated(
    made: Generated, landed: tuple[pa.Table, FileReport], values: Callable[[str], Values]
) -> None:
    """In each fifth of the true PD as many loans default within 12 months as it says."""
    outcome, truth = outcomes(landed, values), true_pd(made)
    known = ~np.isnan(outcome)
    outcome, truth = outcome[known], truth[known]
    fifth = np.digitize(truth, np.quantile(truth, (0.2, 0.4, 0.6, 0.8)))
    for number in range(5):
        said, seen = truth[fifth == number].mean(), outcome[fifth == number].mean()
        four_errors = 4 * np.sqrt(said * (1 - said) / np.sum(fifth == number))
        assert abs(said - seen) < four_errors


def test_the_truth_ranks_as_real_loans_can_be_ranked(
    made: Generated, landed: tuple[pa.Table, FileReport], values: Callable[[str], Values]
) -> None:
    """The ceiling is near what the best models reach on real loans; the grade is below it."""
    outcome = outcomes(landed, values)
    known = ~np.isnan(outcome)
    ceiling = roc_auc_score(outcome[known], true_pd(made)[known])
    position = {label: rank for rank, label in enumerate(BY_NAME["sub_grade"].labels)}
    graded = np.array([position[label] for label in landed[0]["sub_grade"].to_pylist()])
    by_grade = roc_auc_score(outcome[known], graded[known])
    assert 0.69 < ceiling < 0.75
    assert 0.64 < by_grade < ceiling


def test_life_is_riskier_than_a_year(made: Generated) -> None:
    """The PD for life is never below that of the first 12 months."""
    assert made.truth is not None
    truth = pq.read_table(made.truth)
    assert pc.all(pc.greater_equal(truth["pd_life"], truth["pd_12m"])).as_py()


def test_rates_of_default_are_near_the_measured_ones(
    landed: tuple[pa.Table, FileReport],
) -> None:
    """By grade, loans that ended were charged off as often as real ones, within a quarter."""
    # Of 4,147 real loans of 2007 to 2018 that had ended by March 2019.
    measured = {"A": 0.073, "B": 0.116, "C": 0.221, "D": 0.340}
    statuses = np.array(landed[0]["loan_status"].to_pylist())
    grades = np.array(landed[0]["grade"].to_pylist())
    ended = np.isin(statuses, ("Fully Paid", "Charged Off"))
    for grade, rate in measured.items():
        seen = (statuses == "Charged Off")[ended & (grades == grade)].mean()
        assert seen == pytest.approx(rate, rel=0.25)


def test_statuses_are_those_a_snapshot_would_see(
    landed: tuple[pa.Table, FileReport], values: Callable[[str], Values]
) -> None:
    """A loan whose term has ended is not current, and one issued this month is just issued."""
    statuses = np.array(landed[0]["loan_status"].to_pylist())
    age = SNAPSHOT - values("issue_d")
    assert not np.isin(statuses[age > values("term")], ("Current", "Issued")).any()
    assert set(statuses[age == 0]) == {"Issued"}
    assert {"In Grace Period", "Late (31-120 days)", "Default"} <= set(statuses)


def test_nothing_is_left_behind_by_a_run_that_breaks_off(tmp_path: Path) -> None:
    """A half-written file never bears the name of a whole one."""

    class Stop(Exception):  # noqa: N818 - not an error, an interruption
        """Raised from within."""

    def interrupt(_done: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        generate(100, 1, tmp_path, with_truth=True, progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_a_chunk_does_not_depend_on_the_ones_before() -> None:
    """Loans number 50 to 99 are the same whatever was drawn before them."""
    statistics = load_statistics()
    issued = months_of_issue(100, statistics)[50:]
    one = draw_loans(np.random.default_rng([7, 50]), 50, issued, statistics)
    two = draw_loans(np.random.default_rng([7, 50]), 50, issued, statistics)
    assert one.columns == two.columns

"""Every record of a raw file ends as a loan, as no loan, or set aside with its reason."""

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from risk_platform.errors.sources import (
    EmptySourceError,
    MissingSourceError,
    NotLendingClubError,
    OpenQuoteError,
    SourceError,
    UnreadableSourceError,
)
from risk_platform.sources.files import find_files
from risk_platform.sources.landing import land
from risk_platform.sources.report import FileReport
from risk_platform_tests.raw_loan import RAW_LOAN

WriteCsv = Callable[..., Path]
IDS = [{"id": str(number)} for number in range(1, 4)]


@pytest.fixture
def landing(tmp_path: Path) -> Callable[[Path], tuple[list[FileReport], Path, Path]]:
    """Return a function that lands a source into fresh folders."""

    def run(source: Path) -> tuple[list[FileReport], Path, Path]:
        loans, rejects = tmp_path / "loans", tmp_path / "rejects"
        loans.mkdir()
        rejects.mkdir()
        return land(find_files(str(source)), loans, rejects), loans, rejects

    return run


def rejected(folder: Path) -> list[tuple[int, str]]:
    """Return record and reason of what was set aside."""
    rows = pq.read_table(folder).to_pylist()
    return sorted((row["source_record"], row["reason"]) for row in rows)


def test_loans_land_as_they_were_written(raw_csv: WriteCsv, landing: Callable) -> None:
    """Raw text stays raw, and a column that the file lacks is null."""
    _, loans, _ = landing(raw_csv("a.csv", IDS))
    rows = pq.read_table(loans).to_pylist()
    assert [row["id"] for row in rows] == ["1", "2", "3"]
    assert [row["source_record"] for row in rows] == [1, 2, 3]
    assert rows[0]["term"] == " 36 months"
    assert rows[0]["emp_title"] == "Baker "
    assert rows[0]["il_util"] is None


def test_columns_meet_by_name_and_alias_in_any_order(raw_csv: WriteCsv, landing: Callable) -> None:
    """D6: a reversed header, with an older name in it, lands in the same columns."""
    path = raw_csv("a.csv", IDS, columns=tuple(reversed(RAW_LOAN)))
    path.write_text(path.read_text().replace("verification_status", "is_inc_v"))
    _, loans, _ = landing(path)
    row = pq.read_table(loans).to_pylist()[0]
    assert (row["verification_status"], row["id"]) == ("Not Verified", "1")


def test_notes_blank_lines_and_footers_are_no_loans(raw_csv: WriteCsv, landing: Callable) -> None:
    """D1: they are counted by kind, wherever they stand."""
    path = raw_csv("a.csv", IDS)
    lines = path.read_text().splitlines()
    commas = "," * lines[0].count(",")
    path.write_text(
        "\n".join(
            [
                "Notes offered by Prospectus (https://example.org/prospectus)",
                *lines[:2],
                "",
                commas,
                "Loans that do not meet the credit policy",
                *lines[2:],
                f"Total amount funded in policy code 1: 1465324575{commas}",
                "",
            ]
        )
    )
    [report], _, _ = landing(path)
    assert report.loans == 3
    assert report.no_loan == {"blank line": 2, "note or footer": 2}
    assert report.reconciles


@pytest.mark.parametrize("line", ["lonely text", "1003", "Notes"])
def test_a_damaged_line_is_no_note(raw_csv: WriteCsv, landing: Callable, line: str) -> None:
    """Only what the lender writes around its loans is a note; a loan cut short is set aside."""
    path = raw_csv("a.csv", IDS)
    padded = line + "," * (len(RAW_LOAN) - 1)
    with path.open("a") as file:
        file.write(f"{line}\n{padded}\n")
    [report], _, _ = landing(path)
    assert (report.no_loan, sum(report.quarantined.values())) == ({}, 2)
    assert report.reconciles


def test_quoted_commas_quotes_and_line_breaks_stay_in_their_field(
    raw_csv: WriteCsv, landing: Callable
) -> None:
    """D4: free text cannot break a record."""
    text = 'He said "no", then\nleft, twice'
    _, loans, _ = landing(raw_csv("a.csv", [{"id": "1", "title": text}, {"id": "2"}]))
    rows = pq.read_table(loans).to_pylist()
    assert (rows[0]["title"], rows[1]["id"]) == (text, "2")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"annual_inc": "sixty"}, "annual_inc is no float"),
        ({"open_acc": "2.5"}, "open_acc is no integer"),
        ({"int_rate": "12.0.0%"}, "int_rate is no percent"),
        ({"revol_bal": "nan"}, "revol_bal is no float"),
        ({"home_ownership": "TENT"}, "home_ownership is no label"),
        ({"issue_d": "Smarch-2016"}, "issue_d is no month"),
        ({"issue_d": "Jan-2031"}, "issue_d is outside 2007-04 to 2020-09"),
        ({"loan_amnt": ""}, "loan_amnt is missing"),
        ({"loan_amnt": "  "}, "loan_amnt is missing"),
        ({"issue_d": " "}, "issue_d is missing"),
        ({"id": "12a"}, "id is no number"),
        ({"id": "-12"}, "id is no number"),
        ({"id": "012"}, "id is no number"),
        ({"id": "1234567890123456789"}, "id is no number"),
    ],
)
def test_a_value_that_its_column_cannot_hold_sets_the_row_aside(
    raw_csv: WriteCsv, landing: Callable, change: dict[str, str], reason: str
) -> None:
    """The row is kept with its number, its text and the reason; the others land."""
    [report], loans, rejects = landing(raw_csv("a.csv", [IDS[0], IDS[1] | change, IDS[2]]))
    assert report.quarantined == {reason: 1}
    assert rejected(rejects) == [(2, reason)]
    assert pq.read_table(loans).num_rows == 2
    assert report.reconciles


def test_a_row_of_another_width_is_set_aside_and_counted_in_its_place(
    raw_csv: WriteCsv, landing: Callable
) -> None:
    """D3: rows after it keep the numbers that they have in the file."""
    path = raw_csv("a.csv", IDS)
    lines = path.read_text().splitlines()
    lines.insert(2, "7,8,9")
    path.write_text("\n".join(lines) + "\n")
    [report], loans, rejects = landing(path)
    width = len(RAW_LOAN)
    assert rejected(rejects) == [(2, f"has 3 fields where the header has {width}")]
    assert pq.read_table(loans)["source_record"].to_pylist() == [1, 3, 4]
    assert pq.read_table(rejects)["raw_text"].to_pylist() == ["7,8,9"]
    assert report.reconciles


@pytest.mark.parametrize("place", ["first", "last"])
def test_a_quote_that_is_never_closed_is_refused(
    raw_csv: WriteCsv, landing: Callable, place: str
) -> None:
    """D5: it would hide the loans after it; the sentence names the record that it stands in."""
    path = raw_csv("a.csv", [{"id": str(number)} for number in range(1, 101)])
    lines = path.read_text().splitlines()
    opened = lines[10].rsplit(",", 1)[0] + ',"never closed'
    lines[10] = f'"never closed,{lines[10]}' if place == "first" else opened
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(OpenQuoteError, match=r"a\.csv has an open quote: its record 10 goes on"):
        landing(path)


@pytest.mark.parametrize("suffix", [".csv.gz", ".GZ", ".zip", ".ZIP"])
def test_packed_files_land_like_plain_ones(
    raw_csv: WriteCsv, landing: Callable, suffix: str
) -> None:
    """Gzip and zip are opened by what they are called, in capitals or not."""
    plain = raw_csv("a.csv", IDS)
    packed = plain.with_name(f"b{suffix}")
    if suffix.lower() == ".zip":
        with zipfile.ZipFile(packed, "w") as archive:
            archive.write(plain, "a.csv")
    else:
        packed.write_bytes(gzip.compress(plain.read_bytes()))
    [report], _, _ = landing(packed)
    assert report.loans == 3


def test_the_shadows_that_a_mac_adds_to_an_archive_are_no_files(raw_csv: WriteCsv) -> None:
    """Only the table in it is."""
    plain = raw_csv("a.csv", IDS)
    packed = plain.with_name("b.zip")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(plain, "loans/a.CSV")
        archive.writestr("__MACOSX/loans/._a.csv", b"\x00\x05\x16\x07")
        archive.writestr("loans/.hidden.csv", b"")
    assert [raw.name for raw in find_files(str(packed))] == ["b.zip/loans/a.CSV"]


def test_a_zip_that_is_none_is_refused(tmp_path: Path) -> None:
    """The sentence names it."""
    path = tmp_path / "loans.zip"
    path.write_bytes(b"PK but no more")
    with pytest.raises(UnreadableSourceError, match=r"loans\.zip cannot be read"):
        find_files(str(path))


def test_files_of_one_name_in_two_folders_are_told_apart(
    raw_csv: WriteCsv, landing: Callable, tmp_path: Path
) -> None:
    """Each keeps its own place, and with it the snapshot of its own loans."""
    for year, loan in (("2018", "1"), ("2019", "2")):
        (tmp_path / year).mkdir()
        raw_csv(f"{year}/loans.csv", [{"id": loan}])
    reports, loans, _ = landing(tmp_path / "20*" / "loans.csv")
    assert [report.file for report in reports] == ["2018/loans.csv", "2019/loans.csv"]
    assert pq.read_table(loans)["source_file"].to_pylist() == ["2018/loans.csv", "2019/loans.csv"]


def test_a_source_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The sentence says what was looked for."""
    with pytest.raises(MissingSourceError, match="nowhere"):
        find_files(str(tmp_path / "nowhere" / "*.csv"))


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"", EmptySourceError, "is empty"),
        (b"a,b,c\n1,2,3\n", NotLendingClubError, "no header"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, NotLendingClubError, "no header"),
        (",".join(n for n in RAW_LOAN if n != "term").encode(), NotLendingClubError, "lacks term"),
        (
            ",".join(n for n in RAW_LOAN if n != "last_pymnt_d").encode(),
            NotLendingClubError,
            "lacks last_pymnt_d",
        ),
        (",".join([*RAW_LOAN, "id"]).encode(), NotLendingClubError, "names id twice"),
        (",".join(RAW_LOAN).encode() + b"\n", EmptySourceError, "is empty"),
    ],
)
def test_a_file_that_is_not_lendingclubs_is_refused_in_a_sentence(
    tmp_path: Path, landing: Callable, content: bytes, error: type[SourceError], says: str
) -> None:
    """D7, D16: the sentence names the file and what is wrong with it."""
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    with pytest.raises(error, match=f"odd.csv.*{says}"):
        landing(path)


def test_a_truncated_archive_is_refused(raw_csv: WriteCsv, landing: Callable) -> None:
    """D11: half a gzip is an error of the file, not a shorter file."""
    plain = raw_csv("a.csv", [{"id": str(number)} for number in range(2_000)])
    packed = plain.with_name("b.csv.gz")
    packed.write_bytes(gzip.compress(plain.read_bytes())[:-400])
    with pytest.raises(UnreadableSourceError, match=r"b\.csv\.gz"):
        landing(packed)


def test_every_record_of_the_real_files_is_accounted_for(
    real_loans: Path, landing: Callable
) -> None:
    """Layouts of 56, 74 and 151 columns land in one go, and only footers are no loans."""
    reports, loans, _ = landing(real_loans)
    assert all(report.reconciles for report in reports)
    assert sum(report.loans for report in reports) == pq.read_table(loans, columns=["id"]).num_rows
    assert sum(report.loans for report in reports) == 51_592
    assert [r.no_loan for r in reports if r.no_loan] == [{"note or footer": 2}]

"""Hostile files: each is landed right, set aside with its reason, or refused; nothing is lost."""

import gzip
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from risk_platform.errors.sources import (
    EmptySourceError,
    LongRecordError,
    NotLendingClubError,
    OpenQuoteError,
    UnreadableSourceError,
)
from risk_platform.sources.files import find_files
from risk_platform.sources.landing import land
from risk_platform.sources.report import FileReport
from risk_platform_tests.raw_loan import RAW_LOAN

WriteCsv = Callable[..., Path]
HEADER = ",".join(RAW_LOAN)
LOANS = 40
IDS = [{"id": str(number)} for number in range(1, LOANS + 1)]


class Landed:
    """What became of a file."""

    def __init__(self, path: Path, folder: Path, encoding: str = "utf-8") -> None:
        self.loans_folder, self.rejects_folder = folder / "loans", folder / "rejects"
        self.loans_folder.mkdir(parents=True)
        self.rejects_folder.mkdir()
        files = find_files(str(path), encoding)
        [self.report] = land(files, self.loans_folder, self.rejects_folder)

    @property
    def loans(self) -> list[Mapping[str, str]]:
        """The raw loans, in the order of the file."""
        rows = pq.read_table(self.loans_folder).to_pylist()
        return sorted(rows, key=lambda row: row["source_record"])

    @property
    def rejects(self) -> list[tuple[int, str]]:
        """Record and reason of what was set aside or is no loan."""
        rows = pq.read_table(self.rejects_folder).to_pylist()
        return sorted((row["source_record"], row["reason"]) for row in rows)


@pytest.fixture
def csv_bytes(raw_csv: WriteCsv) -> bytes:
    """Return a file of forty good loans."""
    return raw_csv("good.csv", IDS).read_bytes()


@pytest.fixture
def landed(tmp_path: Path) -> Callable[..., Landed]:
    """Return a function that lands bytes as a file of a name."""

    def run(content: bytes, name: str = "a.csv", encoding: str = "utf-8") -> Landed:
        path = tmp_path / "in" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return Landed(path, tmp_path / f"out-{len(list(tmp_path.iterdir()))}", encoding)

    return run


def with_line(content: bytes, line: bytes, at: int = 10) -> bytes:
    """Return a file with one more line, as its record number ``at``."""
    lines = content.splitlines(keepends=True)
    return b"".join([*lines[:at], line + b"\n", *lines[at:]])


def with_field(content: bytes, field: str, value: bytes, at: int = 10) -> bytes:
    """Return a file in which one field of record number ``at`` has another value."""
    lines = content.splitlines(keepends=True)
    fields = lines[at].rstrip(b"\n").split(b",")
    fields[list(RAW_LOAN).index(field)] = value
    return b"".join([*lines[:at], b",".join(fields) + b"\n", *lines[at + 1 :]])


def test_a_header_that_comes_again_is_no_loan(landed: Callable, csv_bytes: bytes) -> None:
    """D2: files that were put together by hand have one amid their records."""
    found = landed(with_line(csv_bytes, HEADER.encode()))
    assert found.rejects == [(10, "repeated header")]
    assert found.report.no_loan == {"repeated header": 1}
    assert (found.report.loans, found.report.reconciles) == (LOANS, True)


def test_a_footer_amid_the_records_is_no_loan(landed: Callable, csv_bytes: bytes) -> None:
    """D1: the public file has 33 of them, where quarters were put together."""
    found = landed(with_line(csv_bytes, b"Total amount funded in policy code 1: 1465324575"))
    assert found.rejects == [(10, "note or footer")]
    assert found.report.reconciles


def test_a_comma_that_is_not_quoted_sets_its_row_aside(landed: Callable, csv_bytes: bytes) -> None:
    """D3: the values after it would be shifted by one column."""
    found = landed(with_field(csv_bytes, "emp_title", b"Baker, retired"))
    width = len(RAW_LOAN)
    assert found.rejects == [(10, f"has {width + 1} fields where the header has {width}")]
    assert found.report.reconciles


@pytest.mark.parametrize("value", [b"Caf\xe9", b"\xc3\x28", b"a\0b", b"\xff\xfe"])
def test_a_text_that_is_none_sets_its_row_aside(
    landed: Callable, csv_bytes: bytes, value: bytes
) -> None:
    """D9: one bad byte, or a NUL, costs its own row and no other."""
    found = landed(with_field(csv_bytes, "emp_title", value))
    assert found.rejects == [(10, "a text is no UTF-8")]
    assert found.report.loans == LOANS - 1
    assert [loan["source_record"] for loan in found.loans][8:10] == [9, 11]
    assert found.report.reconciles


def test_a_bad_byte_in_a_row_of_another_width_is_set_aside_too(
    landed: Callable, csv_bytes: bytes
) -> None:
    """Two faults in one row are no third."""
    found = landed(with_line(csv_bytes, b"1,Caf\xe9,3"))
    assert len(found.rejects) == 1
    assert (found.report.loans, found.report.reconciles) == (LOANS, True)


def test_a_file_in_latin_1_lands_when_it_is_called_so(landed: Callable, csv_bytes: bytes) -> None:
    """D9: its letters become the same as those of a file in UTF-8."""
    found = landed(with_field(csv_bytes, "emp_title", b"Caf\xe9"), encoding="latin-1")
    assert found.report.loans == LOANS
    assert found.loans[9]["emp_title"] == "Café"


def test_a_file_in_utf_16_is_refused_with_the_setting_that_helps(
    landed: Callable, csv_bytes: bytes
) -> None:
    """D10: once the setting is made, it lands."""
    recoded = csv_bytes.decode().encode("utf-16")
    with pytest.raises(NotLendingClubError, match="set RISK_SOURCE_ENCODING=utf-16"):
        landed(recoded)
    assert landed(recoded, encoding="utf-16").report.loans == LOANS


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content.replace(b",", b";"),
        lambda content: content.replace(b",", b"\t"),
        lambda content: content.rstrip(b"\n"),
    ],
    ids=["BOM", "CRLF", "semicolons", "tabs", "no last line break"],
)
def test_another_way_to_write_it_lands_the_same(
    landed: Callable, csv_bytes: bytes, change: Callable[[bytes], bytes]
) -> None:
    """D10: loan by loan and column by column."""
    as_it_was, changed = landed(csv_bytes), landed(change(csv_bytes))
    assert changed.loans == as_it_was.loans
    assert changed.report.reconciles


def test_a_column_that_the_contract_lacks_is_ignored_and_listed(
    landed: Callable, csv_bytes: bytes
) -> None:
    """D8: nobody's data gets lost in silence."""
    lines = csv_bytes.splitlines()
    content = b"\n".join([b"shoe_size," + lines[0], *(b"44," + line for line in lines[1:])])
    found = landed(content)
    assert found.report.ignored == ("shoe_size",)
    assert found.loans == [{**loan} for loan in landed(csv_bytes).loans]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("annual_inc", b"1e400", "annual_inc is no float"),
        ("annual_inc", b'"1,100"', "annual_inc is no float"),
        ("annual_inc", b"inf", "annual_inc is no float"),
        ("open_acc", b"1e30", "open_acc is no integer"),
        ("issue_d", b"Jan-2999", "issue_d is no month"),
        ("term", b"thirty-six", "term is no term"),
        ("id", b"", "id is missing"),
        ("emp_title", b"a" * 10_001, "emp_title is longer than 10,000 characters"),
    ],
)
def test_a_value_that_no_table_can_hold_sets_its_row_aside(
    landed: Callable, csv_bytes: bytes, field: str, value: bytes, reason: str
) -> None:
    """D12, D13: each with its own reason."""
    found = landed(with_field(csv_bytes, field, value))
    assert found.rejects == [(10, reason)]
    assert found.report.reconciles


@pytest.mark.parametrize(
    "title",
    ["مدير", "Cafe\u0301", "\uff21\uff22\uff23", "🧑‍🍳 cook", "\u202egnp.exe", "a" * 9_999],
    ids=["right to left", "combining", "full width", "emoji", "override", "long"],
)
def test_any_words_of_people_land_as_they_are(
    landed: Callable, csv_bytes: bytes, title: str
) -> None:
    """D15: text is not judged by its letters."""
    found = landed(with_field(csv_bytes, "emp_title", title.encode()))
    assert found.loans[9]["emp_title"] == title


def test_a_megabyte_in_one_field_is_set_aside(landed: Callable, csv_bytes: bytes) -> None:
    """D15: it stops nobody, and its row is kept whole."""
    found = landed(with_field(csv_bytes, "emp_title", b"x" * 1_000_000))
    [text] = pq.read_table(found.rejects_folder)["raw_text"].to_pylist()
    assert len(text) > 1_000_000
    assert found.report.loans == LOANS - 1


@pytest.mark.parametrize("name", ["a.csv.gz", "a.zip"])
def test_plain_text_that_is_called_packed_is_refused(
    landed: Callable, csv_bytes: bytes, name: str
) -> None:
    """D11: the sentence names the file."""
    with pytest.raises(UnreadableSourceError, match=name):
        landed(csv_bytes, name)


def test_the_odd_ending_of_the_file_of_2020_is_gzip(landed: Callable, csv_bytes: bytes) -> None:
    """It is called ``.gzip``."""
    assert landed(gzip.compress(csv_bytes), "a.gzip").report.loans == LOANS


def test_a_zip_with_a_password_is_refused(tmp_path: Path, csv_bytes: bytes) -> None:
    """One sentence says that a password is needed."""
    path = tmp_path / "secret.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", csv_bytes)
    # The flag that says so stands in the local header and in the directory.
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(UnreadableSourceError, match=r"secret\.zip.*password"):
        Landed(path, tmp_path / "out")


def test_a_name_with_brackets_is_a_name_before_it_is_a_pattern(
    tmp_path: Path, csv_bytes: bytes
) -> None:
    """Browsers call a second download so."""
    path = tmp_path / "loans[1].csv"
    path.write_bytes(csv_bytes)
    assert Landed(path, tmp_path / "out").report.loans == LOANS


def test_a_quote_left_open_near_the_end_hides_no_loan(landed: Callable, csv_bytes: bytes) -> None:
    """D5: even three hidden records are a reason to refuse the file."""
    with pytest.raises(OpenQuoteError, match="its record 38 goes on"):
        landed(with_field(csv_bytes, "emp_title", b'"Baker', at=38))


def test_an_open_quote_that_no_block_holds_is_named(landed: Callable, csv_bytes: bytes) -> None:
    """D5: the file is refused, and the record before it is told: Arrow gives up beyond a block."""
    open_quote = with_field(csv_bytes, "emp_title", b'"Baker', at=38)
    with pytest.raises(LongRecordError, match=r"longer than 4 MB after its record 37: look for a"):
        landed(open_quote + csv_bytes.split(b"\n", 1)[1] * (2**24 // len(csv_bytes)))


def test_what_stands_before_a_long_record_is_judged_first(
    landed: Callable, csv_bytes: bytes
) -> None:
    """D5: of two open quotes the first is named, though the second ends the reading."""
    loans = csv_bytes.split(b"\n", 1)[1]
    enough = loans * (2**23 // len(loans))
    closed = with_field(csv_bytes, "emp_title", b'"Baker', at=10)
    closed = with_field(closed, "emp_title", b'Nurse" x', at=20)
    with pytest.raises(OpenQuoteError, match="its record 10 goes on"):
        landed(closed + enough + b'1,"' + b"never closed, " * 2**20)


def test_what_the_reader_loses_does_not_reconcile() -> None:
    """The independent count stands against the reader's."""
    report = FileReport(
        file="a.csv",
        sha256="",
        columns=1,
        ignored=(),
        absent=(),
        records=3,
        recounted=4,
        loans=3,
        amount_usd=3_000.0,
        no_loan={},
        quarantined={},
    )
    assert not report.reconciles


def test_a_file_of_one_loan_lands(landed: Callable, csv_bytes: bytes) -> None:
    """D16: with or without a line break at its end."""
    one = b"".join(csv_bytes.splitlines(keepends=True)[:2])
    assert [landed(text).report.loans for text in (one, one.rstrip())] == [1, 1]


def test_a_file_of_which_no_row_is_a_loan_is_refused(landed: Callable, csv_bytes: bytes) -> None:
    """D16: all of its rows are set aside, and nothing is published."""
    with pytest.raises(EmptySourceError, match=r"a\.csv holds no loan: issue_d is no month \(40\)"):
        landed(csv_bytes.replace(b"Mar-2016", b"Smarch-2016"))


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("field", ["id", "emp_title", "title", "zip_code"])
def test_two_loans_that_an_open_quote_joins_are_refused(
    landed: Callable, csv_bytes: bytes, field: str, end: bytes
) -> None:
    """D5: a quote is opened in one loan and closed by a quote of the next, in the same column.

    What lies between has as many fields as one record: the number of the one loan would be read
    with the payments of the other, and every count would agree.
    """
    opened = with_field(csv_bytes, field, b'"Nurse')
    joined = with_field(opened, field, b'Nurse "RN" ward', at=11)
    with pytest.raises(OpenQuoteError, match="record 10 goes on for 2 lines"):
        landed(joined.replace(b"\n", end))


def test_a_long_text_of_several_lines_is_a_text(landed: Callable, csv_bytes: bytes) -> None:
    """Commas and line breaks alone make no record of it."""
    story = b'"' + b"I owe, and I pay,\n" * 40 + b'"'
    assert landed(with_field(csv_bytes, "title", story)).report.loans == LOANS


def test_a_loan_of_which_only_an_unknown_column_is_left_is_no_blank_line(
    landed: Callable, csv_bytes: bytes
) -> None:
    """The first column of the file of 2020 counts the rows, and has no name."""
    head, *rows = csv_bytes.splitlines(keepends=True)
    rows[9] = b"," * (len(RAW_LOAN) - 1) + b"\n"
    rows[19] = b"," * (len(RAW_LOAN) - 1) + b"\n"
    numbered = [b"%d,%b" % (number, row) for number, row in enumerate(rows)]
    numbered[19] = b"," + rows[19]
    report = landed(b"," + head + b"".join(numbered)).report
    assert report.quarantined == {"id is missing": 1}
    assert report.no_loan == {"blank line": 1}
    assert report.loans == LOANS - 2


def test_a_disk_that_fails_is_not_taken_for_a_damaged_file(
    raw_csv: WriteCsv, tmp_path: Path
) -> None:
    """Whoever lands may try again: the file is as good as before."""
    path = raw_csv("a.csv", IDS)
    with pytest.raises(FileNotFoundError):
        land(find_files(str(path)), tmp_path / "nowhere", tmp_path)

"""Kaggle: one file of a data set, whole or not at all, and nobody reads the credentials."""

import gc
import gzip
import io
import os
import subprocess
import sys
import traceback
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import pytest

from risk_platform.commands.doctor import Verdict, examine
from risk_platform.errors.kaggle import (
    ChangedDownloadError,
    CutDownloadError,
    DamagedDownloadError,
    ForbiddenDatasetError,
    KaggleAnswerError,
    KaggleCredentialsError,
    KaggleSourceError,
    UnknownDatasetError,
    UnknownDatasetFileError,
    UnreachableKaggleError,
)
from risk_platform.orchestration.resources import LoanSource
from risk_platform.settings import Settings
from risk_platform.sources.header import read_header
from risk_platform.sources.kaggle import KaggleFile, fetch, parse_source
from risk_platform.sources.opening import open_raw
from risk_platform_tests.sources.fake_kaggle import (
    KEY,
    SIGNATURE,
    TOKEN,
    USERNAME,
    FakeKaggle,
    serving,
)

OLDER, NEWER = "wordsforthewise/lending-club", "ethon0426/lending-club-20072020q1"
OLDER_FILE, NEWER_FILE = "accepted_2007_to_2018Q4.csv.gz", "Loan_status_2007-2020Q3.gzip"
PINNED = f"kaggle:{OLDER}/versions/3"
MEBIBYTE = 2**20
ROOT = Path(__file__).parents[2]
# When kagglehub goes on from where it was cut, it leaves open the answer that it hangs up on: a
# socket that is collected sooner or later, and with the fixture at the latest.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture
def kaggle(
    raw_csv: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeKaggle]:
    """Serve both data sets to this process, which has a token and an empty cache."""
    loans = raw_csv("loans.csv", [{"id": str(number)} for number in range(1, 4)]).read_bytes()
    files = {OLDER: {OLDER_FILE: gzip.compress(loans)}, NEWER: {NEWER_FILE: loans}}
    monkeypatch.chdir(tmp_path)
    with serving(FakeKaggle(files)) as server:
        for name, value in environment(server, tmp_path).items():
            monkeypatch.setenv(name, value)
        yield server
    if any(starts(server)):
        gc.collect()


def environment(server: FakeKaggle, folder: Path) -> dict[str, str]:
    """Return the variables that lead kagglehub to the server, and to no account but ours."""
    return {
        "KAGGLE_API_ENVIRONMENT": "LOCALHOST",
        "http_proxy": server.address,
        "no_proxy": "",
        "HOME": str(folder),
        "KAGGLE_CONFIG_DIR": str(folder),
        "KAGGLEHUB_CACHE": str(folder / "cache"),
        "KAGGLE_API_TOKEN": TOKEN,
        "KAGGLE_USERNAME": "",
        "KAGGLE_KEY": "",
    }


def fetched(source: str) -> Path:
    """Fetch a source, without long pauses.

    In a thread of its own: kagglehub looks through the whole call stack before every request, and
    that of a test is deep.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(fetch, parse_source(source), pause_seconds=0.001).result()


def long_file(kaggle: FakeKaggle) -> bytes:
    """Make the older file three mebibytes long, and return it."""
    packed = gzip.compress(os.urandom(3 * MEBIBYTE), 1)
    kaggle.datasets[OLDER][OLDER_FILE] = packed
    return packed


def starts(kaggle: FakeKaggle) -> list[int]:
    """Return from which byte on storage was asked, each time."""
    return [request.start for request in kaggle.requests if request.call == "storage"]


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        (f"kaggle:{OLDER}", KaggleFile(OLDER, OLDER_FILE)),
        (f"kaggle:{NEWER}", KaggleFile(NEWER, NEWER_FILE)),
        (f"kaggle:{OLDER}/versions/4", KaggleFile(OLDER, OLDER_FILE, 4)),
        ("kaggle:a/b/versions/12#in/c.csv", KaggleFile("a/b", "in/c.csv", 12)),
        ("kaggle:a/b#c d.csv", KaggleFile("a/b", "c d.csv")),
    ],
)
def test_a_source_names_data_set_version_and_file(source: str, meant: KaggleFile) -> None:
    """What is left out is the newest version, and the granted loans of a data set we know."""
    assert parse_source(source) == meant


@pytest.mark.parametrize(
    "source",
    [
        "kaggle:",
        "kaggle:lending-club",
        "kaggle:a/b",
        "kaggle:a/b/versions/0#c.csv",
        "kaggle:a/b/versions/new#c.csv",
        "kaggle:../b#c.csv",
        "kaggle:a/b#../../c.csv",
        "kaggle:a/b#/etc/c.csv",
        "kaggle:a/b#..\\c.csv",
    ],
)
def test_a_source_that_names_no_file_says_how_it_is_spelled(source: str) -> None:
    """Nor may a file lie outside its data set."""
    with pytest.raises(KaggleSourceError, match="say kaggle:owner/dataset"):
        parse_source(source)


@pytest.mark.usefixtures("kaggle")
def test_the_loans_of_2018_land(tmp_path: Path) -> None:
    """The source that a user names is a file which the platform opens."""
    source = LoanSource(files=f"kaggle:{OLDER}", encoding="utf-8", loans=1, seed=1, folder="")
    (raw,) = source.raw_files()
    with open_raw(raw) as stream:
        assert "loan_amnt" in read_header(raw, stream).columns
        assert len(stream.readlines()) == 3
    assert raw.path.is_relative_to(tmp_path / "cache")


@pytest.mark.parametrize("kept_as", ["plain", "packed as zip", "gzip"])
def test_the_loans_of_2020_land_whatever_their_ending_hides(
    kaggle: FakeKaggle, kept_as: str
) -> None:
    """Kaggle's file ends in .gzip and is plain text, which storage may keep as a zip."""
    loans = kaggle.datasets[NEWER][NEWER_FILE]
    if kept_as == "gzip":
        kaggle.datasets[NEWER][NEWER_FILE] = gzip.compress(loans)
    elif kept_as == "packed as zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(NEWER_FILE, loans)
        kaggle.packed[NEWER_FILE] = packed.getvalue()
    source = LoanSource(files=f"kaggle:{NEWER}", encoding="utf-8", loans=1, seed=1, folder="")
    (raw,) = source.raw_files()
    with open_raw(raw) as stream:
        assert stream.read() == loans


def test_a_version_that_was_fetched_costs_no_request(kaggle: FakeKaggle) -> None:
    """A pinned source works without a network from then on."""
    first = fetched(PINNED)
    kaggle.requests.clear()
    assert fetched(PINNED) == first
    assert kaggle.requests == []


def test_a_source_without_version_asks_for_the_newest_and_fetches_once(kaggle: FakeKaggle) -> None:
    """The second time Kaggle is asked which is the newest, and for nothing else."""
    assert "versions/3" in fetched(f"kaggle:{OLDER}").as_posix()
    kaggle.requests.clear()
    fetched(f"kaggle:{OLDER}")
    assert kaggle.calls == ["GetDataset"]


def test_a_cut_download_goes_on_where_it_was_cut(kaggle: FakeKaggle) -> None:
    """What has come is not asked for again, and the file is whole."""
    packed = long_file(kaggle)
    kaggle.cuts = [MEBIBYTE + 10]
    assert fetched(PINNED).read_bytes() == packed
    assert starts(kaggle) == [0, 0, MEBIBYTE]


def test_a_download_that_is_always_cut_is_resumed_by_the_next_run(kaggle: FakeKaggle) -> None:
    """After five attempts the run fails with what to do, and the next has less to fetch."""
    packed = long_file(kaggle)
    # Each attempt but the first asks for the whole file too, and hangs up as it has a part of it.
    kaggle.cuts = [MEBIBYTE + 10] + 4 * [10, 10]
    with pytest.raises(CutDownloadError, match="cut 5 times: run again"):
        fetched(PINNED)
    kaggle.requests.clear()
    assert fetched(PINNED).read_bytes() == packed
    assert starts(kaggle) == [0, MEBIBYTE]


def test_a_rest_that_is_none_does_not_become_part_of_the_file(kaggle: FakeKaggle) -> None:
    """A proxy that knows no ranges sends the start again: it is noticed, and all is fetched."""
    packed = long_file(kaggle)
    kaggle.cuts, kaggle.ignores_range = [MEBIBYTE + 10], True
    assert fetched(PINNED).read_bytes() == packed


def test_wrong_credentials_are_named_so(
    kaggle: FakeKaggle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence says what is wrong and what to set, and asks once."""
    monkeypatch.setenv("KAGGLE_API_TOKEN", "KGAT_of_somebody_else")
    with pytest.raises(KaggleCredentialsError, match="Kaggle does not know them; set KAGGLE_"):
        fetched(PINNED)
    assert kaggle.calls == ["DownloadDataset"]


def test_missing_credentials_are_named_so(
    kaggle: FakeKaggle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Kaggle wants some; where it does not, as with public data sets, none are needed."""
    monkeypatch.setenv("KAGGLE_API_TOKEN", "")
    assert fetched(PINNED).exists()
    kaggle.needs_account = True
    with pytest.raises(KaggleCredentialsError, match="none are set; set KAGGLE_API_TOKEN"):
        fetched(f"kaggle:{NEWER}")


def test_credentials_come_from_the_env_file_too(
    kaggle: FakeKaggle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``.env`` may hold the older pair, and they do not enter the environment."""
    for name in ("KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY"):
        monkeypatch.delenv(name)
    (tmp_path / ".env").write_text(f"KAGGLE_USERNAME={USERNAME}\nKAGGLE_KEY={KEY}\n")
    fetched(PINNED)
    assert (kaggle.requests[0].authorization or "").startswith("Basic ")
    assert "KAGGLE_KEY" not in os.environ


def test_storage_never_sees_the_credentials(kaggle: FakeKaggle) -> None:
    """They are for the API; the address that it gives is signed."""
    fetched(PINNED)
    shown = {request.call: request.authorization for request in kaggle.requests}
    assert shown == {"DownloadDataset": f"Bearer {TOKEN}", "storage": None}


@pytest.mark.usefixtures("kaggle")
@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ({"KAGGLE_API_TOKEN": "", "KAGGLE_USERNAME": USERNAME}, "KAGGLE_KEY is not set"),
        ({"KAGGLE_API_TOKEN": "", "KAGGLE_KEY": KEY}, "KAGGLE_USERNAME is not set"),
        ({"KAGGLE_API_TOKEN": f"{TOKEN}\n{KEY}"}, "KAGGLE_API_TOKEN holds a blank"),
        ({"KAGGLE_API_TOKEN": f"{TOKEN}€"}, "KAGGLE_API_TOKEN holds a blank"),
    ],
)
def test_credentials_that_can_be_none_are_refused_unseen(
    variables: dict[str, str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence names the variable and not its value; libraries would show it."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(KaggleCredentialsError, match=why) as caught:
        fetched(PINNED)
    assert not any(secret in str(caught.value) for secret in (TOKEN, KEY, USERNAME))


@pytest.mark.usefixtures("kaggle")
def test_a_token_with_a_line_end_or_in_a_file_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As copying and Kaggle's own tools leave it."""
    (tmp_path / "token.txt").write_text(f"{TOKEN}\n")
    for value in (f" {TOKEN}\n", str(tmp_path / "token.txt")):
        monkeypatch.setenv("KAGGLE_API_TOKEN", value)
        fetched(PINNED).unlink()


def test_a_data_set_that_is_not_for_us_is_named_so(kaggle: FakeKaggle) -> None:
    """403 is no question of credentials."""
    kaggle.private.add(OLDER)
    with pytest.raises(ForbiddenDatasetError, match=f"does not give {OLDER} to this account"):
        fetched(PINNED)


@pytest.mark.usefixtures("kaggle")
@pytest.mark.parametrize("handle", ["anna/loans", "anna/loans/versions/1", f"{OLDER}/versions/99"])
def test_a_data_set_that_does_not_exist_is_named(handle: str) -> None:
    """So is a version of one that does."""
    with pytest.raises(UnknownDatasetError, match=f"Kaggle has no data set {handle}$"):
        fetched(f"kaggle:{handle}#loans.csv")


@pytest.mark.usefixtures("kaggle")
def test_a_file_that_is_not_there_is_named_with_those_that_are() -> None:
    """One sees what to write behind the #."""
    with pytest.raises(UnknownDatasetFileError, match=f"no file 'a.csv'; it holds: {OLDER_FILE}$"):
        fetched(f"kaggle:{OLDER}#a.csv")


def test_a_file_with_another_checksum_is_thrown_away(kaggle: FakeKaggle) -> None:
    """It is fetched five times before that, as it may be the network's fault."""
    kaggle.md5 = "1B2M2Y8AsgTpgAmY7PhCfg=="
    with pytest.raises(DamagedDownloadError, match="its checksum is not the one"):
        fetched(PINNED)
    assert len(starts(kaggle)) == 5
    kaggle.md5 = ""
    assert fetched(PINNED).exists()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html>Sign in to the network</html>", "it is no archive"),
        (b"id,loan_amnt\n1,2\n", "it is no archive"),
        (gzip.compress(os.urandom(1000))[:-20], "Compressed file ended"),
        (gzip.compress(bytes(1000))[:-8] + bytes(8), "CRC check failed"),
        (b"", "it is no archive"),
    ],
    # Archives hold the time at which they were made: their bytes would be other names each time.
    ids=["page", "text", "cut off", "damaged", "empty"],
)
def test_an_archive_that_is_none_is_thrown_away(kaggle: FakeKaggle, body: bytes, why: str) -> None:
    """Whatever its checksum says; the next run fetches it anew."""
    whole = kaggle.datasets[OLDER][OLDER_FILE]
    kaggle.datasets[OLDER][OLDER_FILE] = body
    with pytest.raises(DamagedDownloadError, match=why):
        fetched(PINNED)
    kaggle.datasets[OLDER][OLDER_FILE] = whole
    assert fetched(PINNED).read_bytes() == whole


def test_a_zip_without_the_file_is_thrown_away(kaggle: FakeKaggle) -> None:
    """A zip in place of a plain file must hold it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("other.csv", "a,b\n")
    kaggle.packed[NEWER_FILE] = packed.getvalue()
    with pytest.raises(DamagedDownloadError, match="its archive does not hold it"):
        fetched(f"kaggle:{NEWER}")


@pytest.mark.usefixtures("kaggle")
def test_a_copy_that_was_changed_is_noticed() -> None:
    """One byte suffices; once it is removed, the file is fetched anew."""
    copy = fetched(PINNED)
    before = copy.read_bytes()
    copy.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    with pytest.raises(ChangedDownloadError, match="was changed after it was fetched: remove it"):
        fetched(PINNED)
    copy.unlink()
    assert fetched(PINNED).read_bytes() == before


@pytest.mark.usefixtures("kaggle")
def test_the_checksum_beside_a_file_is_one_that_sha256sum_reads() -> None:
    """An auditor needs none of our code."""
    copy = fetched(PINNED)
    done = subprocess.run(
        ["sha256sum", "--check", f"{copy.name}.sha256"],  # noqa: S607 - wherever it is installed
        cwd=copy.parent,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout == f"{copy.name}: OK\n"


def test_a_kaggle_that_is_ill_is_asked_again(kaggle: FakeKaggle) -> None:
    """Five times, and then the sentence has what it answered."""
    kaggle.status = HTTPStatus.SERVICE_UNAVAILABLE
    with pytest.raises(KaggleAnswerError, match="HTTP 503: try again later"):
        fetched(PINNED)
    assert len(kaggle.requests) == 5


def test_no_network_is_named_so(
    kaggle: FakeKaggle, unused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version that was fetched before is there all the same."""
    fetched(PINNED)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused_port}")
    assert fetched(PINNED).exists()
    with pytest.raises(UnreachableKaggleError, match="localhost cannot be reached: look at netw"):
        fetched(f"kaggle:{OLDER}")
    assert len(kaggle.requests) == 2


@pytest.fixture
def unused_port() -> int:
    """Return a port on which nobody listens."""
    with serving(FakeKaggle({})) as server:
        return int(server.address.rpartition(":")[2])


SCRIPT = """
import logging, sys, traceback
logging.basicConfig(level=logging.DEBUG)
from risk_platform.errors.sources import SourceError
from risk_platform.sources.kaggle import fetch, parse_source, read_account
print(read_account())
for source in sys.argv[1:]:
    try:
        fetch(parse_source(source), pause_seconds=0.001)
    except SourceError:
        traceback.print_exc()
"""


@pytest.mark.parametrize(
    "account",
    [{"KAGGLE_API_TOKEN": TOKEN}, {"KAGGLE_USERNAME": USERNAME, "KAGGLE_KEY": KEY}],
    ids=["token", "pair"],
)
def test_credentials_are_in_no_output(
    kaggle: FakeKaggle, tmp_path: Path, account: dict[str, str]
) -> None:
    """Neither in what is printed nor in what is logged, kagglehub's own log file included."""
    kaggle.private.add(NEWER)
    kaggle.cuts = [10, 10]
    logs = {"KAGGLE_LOGGING_ENABLED": "1", "KAGGLE_LOGGING_ROOT_DIR": str(tmp_path / "logs")}
    sources = [PINNED, f"kaggle:{NEWER}", "kaggle:a/b#c", f"kaggle:{OLDER}#d"]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *sources],
        env={**os.environ, "PYTHONPATH": str(ROOT), "KAGGLE_API_TOKEN": "", **logs, **account},
        check=True,
        capture_output=True,
        text=True,
    )
    written = [path.read_text() for path in (tmp_path / "logs").rglob("*.log")]
    assert len(written) == 1
    assert "100%" in done.stderr, "the progress bar"
    assert "UnknownDatasetFileError" in done.stderr
    said = "".join([done.stdout, done.stderr, *written])
    basic = next(r.authorization for r in kaggle.requests if r.authorization).split()[1]
    assert [secret for secret in (TOKEN, KEY, basic) if secret in said] == []


def test_an_error_tells_no_signed_address(kaggle: FakeKaggle) -> None:
    """What requests raise names them, and is not chained to what we raise."""
    kaggle.storage_status = HTTPStatus.FORBIDDEN
    with pytest.raises(KaggleAnswerError, match=r"HTTP 403 from storage\.googleapis") as caught:
        fetched(PINNED)
    assert SIGNATURE not in "".join(traceback.format_exception(caught.value))


def test_who_reads_files_does_not_import_kagglehub() -> None:
    """Only a source of Kaggle's does."""
    code = """
import sys
from risk_platform.sources.kaggle import local_path
sys.exit(local_path("loans.csv") != "loans.csv" or "kagglehub" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == 0


def finding(source: str) -> tuple[Verdict, str]:
    """Return what the doctor says about a source."""
    found = next(f for f in examine(Settings(source=source)) if f.what == "source")
    return found.verdict, f"{found.seen}; {found.mend}"


def test_the_doctor_looks_for_credentials_without_a_request(
    kaggle: FakeKaggle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says where they are, or what to set; and Kaggle hears nothing of it."""
    verdict, seen = finding(PINNED)
    assert (verdict, "from KAGGLE_API_TOKEN" in seen) == (Verdict.GOOD, True)
    monkeypatch.setenv("KAGGLE_API_TOKEN", "")
    verdict, seen = finding(PINNED)
    assert (verdict, "set KAGGLE_API_TOKEN" in seen) == (Verdict.WARNING, True)
    (tmp_path / "kaggle.json").write_text(f'{{"username": "{USERNAME}", "key": "{KEY}"}}')
    verdict, seen = finding(PINNED)
    assert (verdict, "a file of Kaggle's own tools" in seen) == (Verdict.GOOD, True)
    assert kaggle.requests == []


@pytest.mark.usefixtures("kaggle")
def test_the_doctor_finds_a_source_that_is_misspelled() -> None:
    """The sentence is that of the run which would fail."""
    verdict, seen = finding("kaggle:lending-club")
    assert (verdict, "say kaggle:owner/dataset" in seen) == (Verdict.BAD, True)

"""Uploads: every row of a file is scored or refused, once, whatever the service makes of slices."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest

from risk_platform.errors.tower import ServiceRefusedError
from serving.control_tower import uploads
from serving.control_tower.language import Language
from serving.control_tower.sources.api import Api

HEADER = "id,loan_amnt,term,int_rate,dti,home_ownership,loan_status,colour\n"
ROW = "1,10000,36 months,13.5%,{dti},RENT,Fully Paid,blue\n"


def batch(*dtis: object) -> uploads.Batch:
    """Return a file with a row for each DTI."""
    return uploads.read_file((HEADER + "".join(ROW.format(dti=dti) for dti in dtis)).encode())


class Counter(Api):
    """An API that refuses what has a DTI below 0, and is asked to wait at times."""

    def __init__(self, waits: int = 0, wait_seconds: float = 1.0) -> None:
        super().__init__("http://127.0.0.1:1")
        self.waits, self.wait_seconds = waits, wait_seconds
        self.asked: list[tuple[str, int]] = []

    def predict_batch(self, applications: Sequence[Any], name: str = "") -> Sequence[Any]:
        """Decide all of them, or none."""
        if self.waits:
            self.waits -= 1
            raise ServiceRefusedError(429, {"title": "too often"}, self.wait_seconds)
        bad = [at for at, one in enumerate(applications) if one["dti"] < 0][:20]
        if bad:
            faults = [{"pointer": f"/applications/{at}/dti", "detail": "expected"} for at in bad]
            raise ServiceRefusedError(422, {"title": "none", "errors": faults})
        self.asked.append((name, len(applications)))
        return [{"decision_id": f"{name}-{at}"} for at in range(len(applications))]


def score(api: Api, of: uploads.Batch) -> uploads.Scored:
    """Score without waiting."""
    return uploads.score(api, of, lambda _: None, lambda _: None)


def test_a_file_is_read_in_the_contracts_names() -> None:
    """Numbers are numbers, a percentage too; what no application has is left out and named."""
    (row,) = batch(19.8).rows
    assert row == {
        "id": "1",
        "loan_amnt": 10_000.0,
        "term": "36 months",
        "int_rate": 13.5,
        "dti": 19.8,
        "home_ownership": "RENT",
    }
    assert batch(1).ignored == ("loan_status", "colour")


def test_an_empty_cell_is_not_given() -> None:
    """It is no zero."""
    assert "dti" not in batch("").rows[0]


def test_what_is_no_number_is_left_for_the_service_to_refuse() -> None:
    """It says why; the tower would guess."""
    assert batch("nan").rows[0]["dti"] == "nan"
    assert batch("a lot").rows[0]["dti"] == "a lot"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"", "names"),
        (b"colour,shape\nred,round\n", "names"),
        (b"loan_amnt,term\n", "no rows"),
    ],
)
def test_what_is_no_file_of_applications_is_refused(content: bytes, why: str) -> None:
    """With a reason, which can be told in either language."""
    with pytest.raises(uploads.UnreadableFileError, match=why) as refused:
        uploads.read_file(content)
    assert refused.value.why.said(Language.SPANISH, **refused.value.values)


def test_reasons_are_downloaded_in_the_readers_language() -> None:
    """As they stand on the page."""
    of = batch(1)
    reasons = [{"text": "High debt", "text_es": "Mucha deuda"}]
    answer = {"decision_id": "a", "pd": 0.1, "points": 550, "verdict": "refer", "reasons": reasons}
    (row,) = uploads.table(of, uploads.Scored(1, {0: answer}), Language.SPANISH)
    assert row["reasons"] == "Mucha deuda"


def test_files_are_sent_in_slices_of_a_thousand() -> None:
    """As many as the API takes together."""
    api = Counter()
    found = score(api, batch(*range(2_500)))
    assert [count for _, count in api.asked] == [1_000, 1_000, 500]
    assert found.is_reconciled
    assert len(found.answers) == 2_500


def test_what_is_refused_is_left_out_and_the_rest_scored() -> None:
    """However many there are: the API names twenty at a time."""
    dtis = [-1 if at % 10 == 3 else 5 for at in range(1_200)]
    found = score(Counter(), batch(*dtis))
    assert found.is_reconciled
    assert set(found.refusals) == {at for at, dti in enumerate(dtis) if dti < 0}
    assert found.refusals[3] == "dti: expected"


def test_a_file_of_which_nothing_is_scored_is_reconciled_too() -> None:
    """All of it was refused."""
    found = score(Counter(), batch(-1, -2))
    assert (len(found.answers), len(found.refusals), found.is_reconciled) == (0, 2, True)


def test_who_is_told_to_wait_waits() -> None:
    """As long as the service says, and not for ever."""
    waited: list[float] = []
    found = uploads.score(Counter(waits=3), batch(1), lambda _: None, waited.append)
    assert found.is_reconciled
    assert waited == [1.0, 1.0, 1.0]
    with pytest.raises(ServiceRefusedError):
        score(Counter(waits=10_000), batch(1))
    with pytest.raises(ServiceRefusedError):
        score(Counter(waits=1, wait_seconds=30), batch(1))


def test_the_same_file_is_sent_under_the_same_names() -> None:
    """So that it is not decided twice; another file has others."""
    first, again, other = Counter(), Counter(), Counter()
    for api, dti in ((first, 1), (again, 1), (other, 2)):
        score(api, batch(dti))
    assert first.asked == again.asked != other.asked


def test_an_unsafe_twin_that_loses_a_row_is_noticed() -> None:
    """Reconciliation is more than a wish."""
    lost = uploads.Scored(rows=2, answers={0: {}})
    both = uploads.Scored(rows=2, answers={0: {}, 1: {}}, refusals={1: "no"})
    assert not lost.is_reconciled
    assert not both.is_reconciled


def test_a_download_has_a_row_for_each_row_and_runs_nothing() -> None:
    """A spreadsheet would run a cell that begins with an equals sign."""
    of = uploads.read_file(b"loan_amnt,desc\n1000,=1+1\n")
    text = uploads.as_csv(list(uploads.table(of, score_all(of)))).decode()
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["desc"] == "'=1+1"
    assert (row["row"], row["loan_amnt"]) == ("1", "1000.0")


def score_all(of: uploads.Batch) -> uploads.Scored:
    """Return a file as scored, without a service."""
    answer = {"decision_id": "a", "pd": 0.1, "points": 550, "verdict": "approve", "reasons": []}
    return uploads.Scored(rows=len(of.rows), answers=dict.fromkeys(range(len(of.rows)), answer))


def test_the_expected_loss_is_of_what_would_be_approved() -> None:
    """By hand: 10 % of 1,000 USD, of which half is lost."""
    of = uploads.read_file(b"loan_amnt\n1000\n")
    assert uploads.expected_loss(of, score_all(of), 0.5) == pytest.approx(50.0)

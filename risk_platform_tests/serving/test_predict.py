"""Scoring through the API: what it answers, what it refuses, and in which words."""

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from risk_platform.contract.column import Applicants, Timing
from risk_platform.contract.columns import BY_NAME, LOANS
from risk_platform.scoring.examples import EXAMPLES
from risk_platform.scoring.points import points
from risk_platform_tests.bundles import small_bundle


def send(client: TestClient, application: Mapping[str, Any]) -> Response:
    """Post an application."""
    return client.post("/predict", json=dict(application))


def refusal(answer: Response) -> dict[str, str]:
    """Return what a refusal says of each place."""
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:risk:problem:invalid-application"
    return {one["pointer"]: one["detail"] for one in answer.json()["errors"]}


@pytest.mark.parametrize("name", ["good", "middling", "bad", "joint"])
def test_an_example_is_scored_bit_for_bit(client: TestClient, name: str) -> None:
    """The API gives the very PD that the model gave when it was made."""
    answer = send(client, EXAMPLES[name])
    assert answer.status_code == 200
    assert answer.json()["pd"] == small_bundle().card.golden[name]
    assert answer.json()["points"] == points(answer.json()["pd"])


@pytest.mark.parametrize(
    ("name", "segment"), [("good", (2, "high FICO")), ("bad", (1, "low FICO"))]
)
def test_an_answer_says_whose_segment_the_applicant_is_of(
    client: TestClient, name: str, segment: tuple[int, str]
) -> None:
    """Its number and its name, as the bundle has them."""
    answer = send(client, EXAMPLES[name]).json()
    assert (answer["segment"], answer["segment_name"]) == segment


def test_missing_fields_are_allowed_and_listed(client: TestClient) -> None:
    """A sparse application is scored, and says what it lacks."""
    answer = send(client, EXAMPLES["sparse"]).json()
    assert {"fico_range_low", "dti"} <= set(answer["missing"])
    assert not {"loan_amnt", "term", "annual_inc", "issue_d"} & set(answer["missing"])


def test_nothing_of_a_co_applicant_is_missing_of_one_borrower(client: TestClient) -> None:
    """Of a joint application it is, where it is not given."""
    sole, joint = (
        set(send(client, {"application_type": kind}).json()["missing"])
        for kind in ("Individual", "Joint App")
    )
    of_two = {column.name for column in LOANS if column.asked_of is Applicants.JOINT}
    assert sole == joint - of_two != joint


def scored(client: TestClient, application: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer without the one thing that is never twice the same."""
    return send(client, application).json() | {"decision_id": ""}


def test_null_is_a_field_not_given(client: TestClient) -> None:
    """``null`` and absence are one."""
    given_null = scored(client, {"loan_amnt": 5_000, "dti": None})
    assert given_null == scored(client, {"loan_amnt": 5_000})


@pytest.mark.parametrize(
    ("application", "same"),
    [
        ({"term": 36}, {"term": " 36 months"}),
        ({"emp_length": 10}, {"emp_length": "10+ years"}),
        ({"issue_d": "2018-06"}, {"issue_d": "Jun-2018"}),
        ({"dti": 999}, {"dti": None}),
        ({"application_type": "JOINT"}, {"application_type": "Joint App"}),
    ],
)
def test_values_are_read_as_raw_files_are(
    client: TestClient, application: Mapping[str, Any], same: Mapping[str, Any]
) -> None:
    """Two spellings of one value get one score."""
    assert scored(client, application) == scored(client, same)


def test_columns_that_no_model_reads_are_welcome(client: TestClient) -> None:
    """A raw application may be sent as it is, with its title and number."""
    answer = send(client, {"id": "77", "emp_title": 'Baker, "head"\n', "zip_code": "941xx"})
    assert answer.status_code == 200


@pytest.mark.parametrize("name", [c.name for c in LOANS if c.known is Timing.OUTCOME])
def test_what_is_known_later_is_refused(client: TestClient, name: str) -> None:
    """No application can carry an outcome, and the answer says why."""
    assert "known only after funding" in refusal(send(client, {name: 1}))[f"/{name}"]


def test_an_unknown_field_is_refused_with_a_guess(client: TestClient) -> None:
    """A misspelt name is not ignored: the borrower's income would be."""
    faults = refusal(send(client, {"anual_inc": 50_000, "xyz": 1}))
    assert faults["/anual_inc"] == "is no field of an application; did you mean annual_inc?"
    assert faults["/xyz"] == "is no field of an application"


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("loan_amnt", "10000", "expected a number from 500 to 40,000"),
        ("loan_amnt", True, "expected a number"),
        ("loan_amnt", -5, "expected a number"),
        ("loan_amnt", [1], "expected a number"),
        ("loan_amnt", 10**400, "expected a number"),
        ("open_acc", 3.5, "expected a whole number"),
        ("open_acc", "three", "expected a whole number"),
        ("term", "three years", "expected months from 36 to 60"),
        ("term", 12, "expected months"),
        ("term", "12 months", "expected months"),
        ("term", 36.5, "expected months"),
        ("emp_length", "long", "expected years from 0 to 10"),
        ("emp_length", {"years": 3}, "expected years"),
        ("issue_d", "2018-13", "expected a month"),
        ("issue_d", 201806, "expected a month"),
        ("home_ownership", "TENT", "expected one of: MORTGAGE, RENT"),
        ("home_ownership", "x" * 65, "expected one of: MORTGAGE, RENT"),
        ("fico_range_low", 851, "expected a whole number"),
        ("emp_title", 7, "expected a text"),
        ("emp_title", "a\0b", "none of them NUL"),
        ("desc", "x" * 10_001, "at most 10,000 characters"),
    ],
)
def test_a_wrong_value_is_refused(
    client: TestClient, field: str, value: object, fault: str
) -> None:
    """The answer names the field and what was expected of it."""
    faults = refusal(send(client, {field: value}))
    assert set(faults) == {f"/{field}"}
    assert fault in faults[f"/{field}"]


def test_a_refusal_does_not_repeat_what_was_sent(client: TestClient) -> None:
    """A borrower's data do not end in a log of errors."""
    answer = send(client, {"home_ownership": "my secret", "dti": "my secret", "my secret": 1})
    assert refusal(answer).keys() == {"/home_ownership", "/dti", ""}
    assert "my secret" not in answer.text


def test_a_refusal_lists_some_faults_and_counts_all(client: TestClient) -> None:
    """A thousand faults make no thousand lines."""
    answer = send(client, {f"x{number}": 1 for number in range(1_000)})
    assert answer.json()["detail"] == "1000 places cannot be read"
    assert len(answer.json()["errors"]) == 20


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [("GET", "/predict", 405, "method-not-allowed"), ("GET", "/nix", 404, "not-found")],
)
def test_other_refusals_are_problems_too(
    client: TestClient, method: str, path: str, status: int, kind: str
) -> None:
    """No error leaves in another form."""
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.json()["type"] == f"urn:risk:problem:{kind}"
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_batch_is_answered_in_its_order(client: TestClient) -> None:
    """Each application gets what it gets alone."""
    asked = [dict(EXAMPLES[name]) for name in ("good", "bad", "sparse")]
    answer = client.post("/predict/batch", json={"applications": asked})
    scores = [one | {"decision_id": ""} for one in answer.json()["scores"]]
    assert scores == [scored(client, one) for one in asked]


def test_a_batch_is_scored_as_a_whole_or_not_at_all(client: TestClient) -> None:
    """One application that cannot be read refuses all, and is pointed at."""
    asked = [dict(EXAMPLES["good"]), {"dti": "low"}, "none"]
    faults = refusal(client.post("/predict/batch", json={"applications": asked}))
    assert faults.keys() == {"/applications/1/dti", "/applications/2"}


@pytest.mark.parametrize("number", [0, 1_001])
def test_a_batch_has_1_to_1000_applications(client: TestClient, number: int) -> None:
    """No more, no fewer."""
    faults = refusal(client.post("/predict/batch", json={"applications": [{}] * number}))
    assert faults == {"/applications": "expected a list of 1 to 1,000 applications"}


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/predict?explain=1", {}),
        ("/predict?explain=true&explain=false", {}),
        ("/predict?explian=true", {}),
        ("/predict", {"Idempotency-Key": "a b"}),
        ("/predict", {"Idempotency-Key": "x" * 256}),
        ("/predict", {"Idempotency-Key": ""}),
    ],
)
def test_a_parameter_that_is_none_of_ours_is_refused(
    client: TestClient, path: str, headers: Mapping[str, str]
) -> None:
    """A misspelt wish is not ignored."""
    answer = client.post(path, json={}, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:risk:problem:invalid-parameter"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(sorted(BY_NAME)) | st.text(), JSON_VALUES, max_size=8))
def test_no_application_makes_the_service_fail(
    client: TestClient, application: Mapping[str, Any]
) -> None:
    """Any JSON is scored or refused: never an error of the service's own."""
    try:
        answer = send(client, application)
    except (UnicodeEncodeError, ValueError):
        # What the client cannot put into JSON does not reach the service.
        return
    assert answer.status_code in {200, 400, 413, 422}


NUMBERS = [c for c in LOANS if c.known is Timing.APPLICATION and c.low is not None]


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_plausible_application_gets_a_probability(
    client: TestClient, data: st.DataObject
) -> None:
    """Within their ranges numbers may stand in any combination."""
    columns = data.draw(st.lists(st.sampled_from(NUMBERS), unique=True, max_size=12))
    application = {
        column.name: float(data.draw(st.integers(int(column.low or 0), int(column.high or 1))))
        for column in columns
    }
    answer = send(client, application)
    assert answer.status_code == 200
    assert 0 < answer.json()["pd"] < 1

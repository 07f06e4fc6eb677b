"""Problems: a closed table of types, which the page of the API tells and errors map to."""

import logging
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.models import NoChampionError, NotReadyError
from serving import problems
from serving.doors import Doors
from serving.metrics import Metrics
from serving.page import render_api
from serving.problems import (
    INTERNAL_ERROR,
    LOG_UNAVAILABLE,
    MODEL_UNVERIFIED,
    PROBLEM_TYPES,
    ProblemError,
    problem,
    type_of,
)

ROOT = Path(__file__).parents[2]


def failing_with(error: Exception) -> TestClient:
    """Return a client of an app whose only route fails."""
    app = FastAPI()

    @app.get("/")
    async def fail() -> None:
        raise error

    problems.install(app)
    doors = Doors(app, Metrics(), asks_for_keys=False)
    return TestClient(doors, base_url="http://127.0.0.1", raise_server_exceptions=False)


def test_the_page_of_the_api_is_rendered_from_the_routes() -> None:
    """``docs/api.md`` is what ``python -m serving.page`` writes."""
    page = render_api()
    assert (ROOT / "docs" / "api.md").read_text() == page
    assert [kind.name for kind in PROBLEM_TYPES if f"`{kind.name}`" not in page] == []


def test_types_have_names_of_their_own() -> None:
    """A client tells them apart by their URN, so none is used twice, and each is an error."""
    assert len({kind.urn for kind in PROBLEM_TYPES}) == len(PROBLEM_TYPES)
    assert all(400 <= kind.status < 600 and kind.title for kind in PROBLEM_TYPES)


def test_an_error_is_of_the_type_of_its_nearest_class() -> None:
    """One that nobody named is our own fault."""
    assert type_of(NotReadyError("x")) is MODEL_UNVERIFIED
    assert type_of(ProblemError(LOG_UNAVAILABLE, "x")) is LOG_UNAVAILABLE
    assert type_of(NoChampionError("a", "b")) is INTERNAL_ERROR


@pytest.mark.parametrize("error", [ValueError("my secret"), RiskPlatformError("my secret")])
def test_a_failure_of_ours_says_nothing_but_its_id(error: Exception) -> None:
    """No sentence, no trace of calls; the same headers as ever."""
    answer = failing_with(error).get("/")
    assert (answer.status_code, answer.json()["type"]) == (500, INTERNAL_ERROR.urn)
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"]
    assert answer.headers["cache-control"] == "no-store"


def test_what_a_store_says_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    """A client learns when to come back."""
    with caplog.at_level(logging.WARNING):
        answer = failing_with(ProblemError(LOG_UNAVAILABLE, "10.0.0.7 refused")).get("/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "10.0.0.7" not in answer.text
    assert "10.0.0.7 refused" in [vars(record).get("sentence") for record in caplog.records]


def test_a_problem_keeps_the_headers_that_it_is_given() -> None:
    """A better moment to ask again than the type's own wins."""
    assert (
        problem(LOG_UNAVAILABLE, "x", headers={"Retry-After": "60"}).headers["retry-after"] == "60"
    )

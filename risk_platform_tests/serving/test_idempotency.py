"""Idempotency keys: the same request gets the same answer, and any other under its key a conflict.

What makes a request is its route, its wishes and its body.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from httpx2 import Response

from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.serving.conftest import Counter

GOOD, BAD, SPARSE = (dict(EXAMPLES[name]) for name in ("good", "bad", "sparse"))

Asking = Callable[[Counter], Response]


def one(
    application: object, key: str = "a-1", query: str = "", place: str = "/predict"
) -> Callable[[Counter], Response]:
    """Return who asks for something under a key."""
    headers = {"Idempotency-Key": key}
    return lambda counter: counter.client.post(f"{place}{query}", json=application, headers=headers)


def many(applications: Sequence[object], key: str = "a-1", query: str = "") -> Asking:
    """Return who asks for a batch under a key."""
    return one({"applications": list(applications)}, key, query, "/predict/batch")


def ids(answer: Response) -> list[str]:
    """Return the ids of the decisions that were answered."""
    told: dict[str, Any] = answer.json()
    return [score["decision_id"] for score in told.get("scores", [told])]


SAME = {
    "single": (one(GOOD), one(GOOD)),
    "single, not to be explained": (one(GOOD), one(GOOD, query="?explain=false")),
    "single, to be explained": (one(GOOD, query="?explain=true"), one(GOOD, query="?explain=true")),
    "batch": (many([GOOD, BAD]), many([GOOD, BAD])),
    "batch of one": (many([GOOD]), many([GOOD])),
}
OTHER = {
    "another body": (one(GOOD), one(BAD)),
    "asked to explain": (one(GOOD), one(GOOD, query="?explain=true")),
    "asked not to explain": (one(GOOD, query="?explain=true"), one(GOOD)),
    "a batch to be explained": (many([GOOD]), many([GOOD], query="?explain=true")),
    "a single, then a batch": (one(GOOD), many([GOOD])),
    "a batch, then a single": (many([GOOD, BAD]), one(GOOD)),
    "a longer batch": (many([GOOD]), many([GOOD, BAD])),
    "a shorter batch": (many([GOOD, BAD]), many([GOOD])),
    "another order": (many([GOOD, BAD]), many([BAD, GOOD])),
}
AT_ONCE = {
    "two alike": SAME["single"],
    "two batches alike": SAME["batch"],
    "a single and a batch": OTHER["a single, then a batch"],
    "one to be explained": OTHER["asked to explain"],
    "batches of two sizes": OTHER["a longer batch"],
}
APART = {
    "places that a client names": (
        many([GOOD, BAD]),
        one(GOOD, "a-1/0"),
        one(GOOD, "a-1/1"),
        one(GOOD, "a-1-1"),
    ),
    "the other way round": (one(GOOD, "a-1/0"), one(GOOD, "a-1/1"), many([GOOD, BAD])),
    "a batch named as a place": (many([GOOD, BAD]), many([GOOD, BAD], "a-1/1")),
}


@pytest.mark.parametrize("asked", SAME.values(), ids=SAME)
def test_the_same_request_gets_the_same_answer(
    counter: Counter, asked: tuple[Asking, Asking]
) -> None:
    """To the byte, and it stands in the log once."""
    first, again = (ask(counter) for ask in asked)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert counter.service.log.count() == len(ids(first))


@pytest.mark.parametrize("asked", OTHER.values(), ids=OTHER)
def test_any_other_request_under_a_key_is_a_conflict(
    counter: Counter, asked: tuple[Asking, Asking]
) -> None:
    """It is not answered by what was decided of another one, and nothing of it is kept."""
    first, other = (ask(counter) for ask in asked)
    assert first.status_code == 200
    assert other.status_code == 409
    assert other.json()["type"] == "urn:risk:problem:idempotency-conflict"
    assert counter.service.log.count() == len(ids(first))
    assert asked[0](counter).content == first.content


@pytest.mark.parametrize("asked", APART.values(), ids=APART)
def test_what_a_batch_keeps_meets_no_key_of_a_client(
    counter: Counter, asked: Sequence[Asking]
) -> None:
    """Whatever a client calls its other requests, they are others."""
    found = [ids(ask(counter)) for ask in asked]
    assert len({one for of in found for one in of}) == sum(map(len, found))


@pytest.mark.parametrize("asked", AT_ONCE.values(), ids=AT_ONCE)
def test_of_many_at_once_one_request_is_decided(
    counter: Counter, asked: tuple[Asking, Asking]
) -> None:
    """Four of each of two: all who are answered are answered alike, the others get a conflict."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda ask: ask(counter), asked * 4))
    answered = {answer.content: ids(answer) for answer in found if answer.is_success}
    assert {answer.status_code for answer in found} <= {200, 409}
    assert len(answered) == 1
    assert counter.service.log.count() == sum(map(len, answered.values()))

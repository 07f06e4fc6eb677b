"""The desk: no answer without its row, none while scoring is stopped, and each of them once."""

import json
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from risk_platform.errors.handover import LogUnavailableError
from risk_platform.handover.log.decisions import (
    Appended,
    DecisionLog,
    Outcome,
    Request,
)
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.handover.store import open_store
from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.handover.moves import resumed
from risk_platform_tests.serving.conftest import Counter, client_of
from serving import recorder
from serving.breaker import Judged
from serving.decided import Asked, decide
from serving.service import service_of

GOOD, BAD, SPARSE = (dict(EXAMPLES[name]) for name in ("good", "bad", "sparse"))


def test_an_answer_is_in_the_log(counter: Counter) -> None:
    """With what was given, by which model, and what was answered, to the letter."""
    answer = counter.ask(BAD)
    told, kept = answer.json(), counter.service.log.get(answer.json()["decision_id"])
    assert kept.answer == answer.text
    assert uuid.UUID(kept.id).version == 7
    assert (kept.pd, kept.points, kept.verdict) == (told["pd"], told["points"], told["verdict"])
    assert (kept.model_version, kept.model_digest) == (1, told["model_digest"])
    assert json.loads(kept.inputs)["fico_range_low"] == BAD["fico_range_low"]
    assert kept.key_id == "anyone"
    assert kept.latency_us > 0


def test_what_no_model_reads_is_not_kept(counter: Counter) -> None:
    """A job title and a postal code come with an application, and stay nowhere."""
    answer = counter.ask(GOOD | {"emp_title": "canary of a title", "zip_code": "941xx"})
    kept = counter.service.log.get(answer.json()["decision_id"])
    assert "canary" not in repr(kept)
    assert "941xx" not in repr(kept)
    assert {"emp_title", "zip_code"}.isdisjoint(json.loads(kept.inputs))


def test_who_is_refused_or_referred_is_told_why(counter: Counter) -> None:
    """In two languages, the strongest reason first; who is approved is told when asked."""
    told = counter.ask(BAD).json()
    assert told["verdict"] in {"refer", "decline"}
    assert 1 <= len(told["reasons"]) <= 4
    assert all(reason["text"] and reason["text_es"] for reason in told["reasons"])
    strengths = [reason["contribution"] for reason in told["reasons"]]
    assert strengths == sorted(strengths, reverse=True)
    silent, asked = (
        counter.client.post(f"/predict?explain={asked}", json=GOOD).json()
        for asked in ("false", "true")
    )
    assert silent["verdict"] == asked["verdict"]
    assert (silent["verdict"] == "approve") is (silent["reasons"] == [])


def test_while_scoring_is_stopped_nobody_is_answered(counter: Counter) -> None:
    """503 with the stop's number and since when; no row; after the resume it goes on."""
    before = counter.service.log.count()
    stopped = counter.service.gate.pause("Ada", "incident 7")
    answer = counter.ask(GOOD)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert answer.json()["type"] == "urn:risk:problem:serving-stopped"
    assert answer.json()["epoch"] == stopped.epoch
    assert "incident" not in answer.text
    assert counter.client.get("/health/ready").status_code == 503
    assert counter.client.get("/serving-state").json()["state"] == "stopped"
    assert counter.service.log.count() == before
    resumed(counter.service.gate)
    assert counter.ask(GOOD).status_code == 200


def test_the_same_key_and_body_get_the_same_answer(counter: Counter) -> None:
    """Once in the log; another body under the key is a conflict; without a key each is new."""
    first = counter.ask(GOOD, Idempotency_Key="a-1")
    again = counter.ask(GOOD, Idempotency_Key="a-1")
    other = counter.ask(BAD, Idempotency_Key="a-1")
    assert first.content == again.content
    assert (other.status_code, other.json()["type"]) == (
        409,
        "urn:risk:problem:idempotency-conflict",
    )
    assert counter.service.log.count() == 1
    assert counter.ask(GOOD).json()["decision_id"] != counter.ask(GOOD).json()["decision_id"]


def test_a_key_is_not_answered_again_while_scoring_is_stopped(counter: Counter) -> None:
    """A stop stops everything."""
    counter.ask(GOOD, Idempotency_Key="a-1")
    counter.service.gate.pause("Ada", "why")
    assert counter.ask(GOOD, Idempotency_Key="a-1").status_code == 503


def test_a_batch_is_decided_as_each_alone(counter: Counter) -> None:
    """In its order, each with a row; sent again under its key it is the same."""
    batch = {"applications": [GOOD, BAD, SPARSE]}
    headers = {"Idempotency-Key": "b-1"}
    answer = counter.client.post("/predict/batch", json=batch, headers=headers)
    alone = [counter.ask(one).json() for one in (GOOD, BAD, SPARSE)]
    for one, of_batch in zip(alone, answer.json()["scores"], strict=True):
        assert one | {"decision_id": ""} == of_batch | {"decision_id": ""}
        assert counter.service.log.get(of_batch["decision_id"]).pd == of_batch["pd"]
    assert (
        counter.client.post("/predict/batch", json=batch, headers=headers).content == answer.content
    )
    assert counter.service.log.count() == 6


def test_many_at_once_are_each_answered_by_their_own(counter: Counter) -> None:
    """Scored and committed together, nobody gets what is another's."""
    incomes = [20_000 + 100 * n for n in range(200)]

    def pd_of(income: int) -> tuple[float, str]:
        told = counter.ask(GOOD | {"annual_inc": income}).json()
        return told["pd"], told["decision_id"]

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(pd_of, incomes))
    assert len({decision_id for _, decision_id in found}) == len(incomes)
    for income, (pd, decision_id) in zip(incomes, found, strict=True):
        kept = counter.service.log.get(decision_id)
        assert (json.loads(kept.inputs)["annual_inc"], kept.pd) == (income, pd)


def test_a_decision_is_shown_and_decided_again(counter: Counter) -> None:
    """Nothing differs, to the bit, whatever was left out; an id that is none is not found."""
    for application in (GOOD, BAD, SPARSE, {}):
        told = counter.ask(application).json()
        place = f"/decisions/{told['decision_id']}"
        assert counter.client.get(place).json()["answer"] == told
        replayed = counter.client.get(f"{place}/replay").json()
        assert (replayed["is_same"], replayed["differing"]) == (True, [])
        assert replayed["pd"] == told["pd"]
    for unknown in ("nonsense", str(uuid.uuid4()), told["decision_id"][:-1] + "x"):
        answer = counter.client.get(f"/decisions/{unknown}")
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:risk:problem:not-found")
        assert unknown not in answer.text


def test_a_decision_of_a_former_model_is_decided_again_by_it(
    counter: Counter, cache: ModelCache
) -> None:
    """The champion of today says something else."""
    told = counter.ask(BAD).json()
    bring(cache, small_bundle(seed=2), version=2)
    counter.service.champions.refresh()
    assert counter.ask(BAD).json()["model_version"] == 2
    replayed = counter.client.get(f"/decisions/{told['decision_id']}/replay").json()
    assert (replayed["is_same"], replayed["pd"]) == (True, told["pd"])


class Dead:
    """A log whose database does not answer."""

    def append(self, requests: list[Request]) -> list[Appended]:
        """Take nothing."""
        del requests
        raise LogUnavailableError("it is gone")


class Forgetful:
    """The unsafe twin: it says that it has written, and has not."""

    def append(self, requests: list[Request]) -> list[Appended]:
        """Keep nothing."""
        return [
            Appended(Outcome.STORED, tuple(one.answer for one in request)) for request in requests
        ]


def test_one_that_cannot_be_decided_takes_nobody_with_it(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those who came with it are answered, it is told that the fault is ours, and all goes on."""

    def decide_but_one(model: LoadedModel, asked: Sequence[Asked]) -> Judged:
        assert all(application.given["annual_inc"] != 666 for application, _ in asked)
        return decide(model, asked)

    monkeypatch.setattr(recorder, "decide", decide_but_one)
    incomes = [666 if n % 5 == 0 else 20_000 for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda income: counter.ask(GOOD | {"annual_inc": income}), incomes)
    statuses = [answer.status_code for answer in answers]
    assert statuses == [500 if income == 666 else 200 for income in incomes]
    assert counter.service.log.count() == statuses.count(200)
    assert counter.ask(GOOD).status_code == 200


Broken = Callable[[], Any]


@pytest.mark.parametrize(("log", "status"), [(Dead, 503), (Forgetful, 200)])
def test_what_cannot_be_recorded_is_not_answered(
    cache: ModelCache, tmp_path: Path, log: Broken, status: int
) -> None:
    """A log that does not answer makes 503; only one that lies lets a score out."""
    bring(cache, small_bundle())
    with closing(open_store(f"sqlite:///{tmp_path / 'decisions.db'}")) as database:
        whole = service_of(cache, database)
        whole.champions.refresh()
        service = replace(whole, log=log())
        with client_of(service) as client:
            answer = client.post("/predict", json=GOOD)
        assert answer.status_code == status
        assert DecisionLog(database).count() == 0
        if status == 503:
            assert answer.json()["type"] == "urn:risk:problem:log-unavailable"
            assert "gone" not in answer.text

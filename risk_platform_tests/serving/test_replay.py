"""Replay: whatever of a decision is no longer what the model said is named."""

from collections.abc import Callable
from contextlib import closing

import msgspec
import pytest
from sqlalchemy import update

from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.handover.tables import DECISIONS
from risk_platform.scoring.bundle_files import MANIFEST, MODEL
from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.serving.conftest import Counter
from serving.schemas import ReplayAnswer, ScoreAnswer

GOOD, BAD, SPARSE = (dict(EXAMPLES[name]) for name in ("good", "bad", "sparse"))
FIELDS = ScoreAnswer.__struct_fields__

Told = dict[str, msgspec.Raw]
Edit = Callable[[str], str]


def decided(counter: Counter, application: object = BAD, query: str = "") -> ScoreAnswer:
    """Have an application decided."""
    answer = counter.client.post(f"/predict{query}", json=application)
    return msgspec.json.decode(answer.content, type=ScoreAnswer)


def replayed(counter: Counter, decision_id: str) -> ReplayAnswer:
    """Have a decision decided again."""
    answer = counter.client.get(f"/decisions/{decision_id}/replay").raise_for_status()
    return msgspec.json.decode(answer.content, type=ReplayAnswer)


@pytest.fixture
def edit(store_url: str) -> Callable[..., None]:
    """Return who writes into the log of a decision, past the service."""

    def write(decision_id: str, **changes: object) -> None:
        with closing(open_store(store_url)) as database, database.writing() as connection:
            of = update(DECISIONS).where(DECISIONS.c.id == decision_id)
            connection.execute(of.values(**changes))

    return write


EDITS = {
    "features_digest": "0" * 64,
    "pd": 0.5,
    "points": 1,
    "verdict": "approve",
    "segment": 9,
    "policy_version": "another",
    "reasons": "[]",
}


@pytest.mark.parametrize("column", EDITS)
def test_a_column_that_was_edited_is_named(
    counter: Counter, edit: Callable[..., None], column: str
) -> None:
    """And no other one is: the answer beside it still says what the model said."""
    told = decided(counter)
    edit(told.decision_id, **{column: EDITS[column]})
    again = replayed(counter, told.decision_id)
    assert (again.is_same, again.differing, again.pd) == (False, (column,), told.pd)


def changed(answer: str, **fields: bytes) -> str:
    """Return an answer with other fields."""
    told = msgspec.json.decode(answer, type=Told)
    others = {name: msgspec.Raw(value) for name, value in fields.items()}
    return msgspec.json.encode(told | others).decode()


def without(answer: str, field: str) -> str:
    """Return an answer that lacks a field."""
    told = msgspec.json.decode(answer, type=Told)
    return msgspec.json.encode({name: told[name] for name in told if name != field}).decode()


def first_word(answer: str) -> str:
    """Return an answer of which one word in a reason's text is another."""
    assert '"text":"' in answer
    return answer.replace('"text":"', '"text":"Not ', 1)


ANSWERS: dict[str, tuple[Edit, str]] = {
    "a text": (first_word, "answer.reasons"),
    "a field more": (lambda answer: changed(answer, note=b'"x"'), "answer.note"),
    "a blank": (lambda answer: answer.replace(",", ", ", 1), "answer"),
    "half of it": (lambda answer: answer[: len(answer) // 2], "answer"),
    "another document": (lambda answer: f"[{answer}]", "answer"),
}


@pytest.mark.parametrize(("change", "named"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_was_edited_is_named(
    counter: Counter, edit: Callable[..., None], change: Edit, named: str
) -> None:
    """By its field where it is one, as a whole where only its bytes are others."""
    told = decided(counter)
    logged = counter.service.log.get(told.decision_id).answer
    edit(told.decision_id, answer=change(logged))
    assert replayed(counter, told.decision_id).differing == (named,)


def test_every_field_of_the_answer_is_compared(counter: Counter, edit: Callable[..., None]) -> None:
    """Be it another, or be it gone."""
    told = decided(counter)
    logged = counter.service.log.get(told.decision_id).answer
    for field in FIELDS:
        for other in (changed(logged, **{field: b'"another"'}), without(logged, field)):
            edit(told.decision_id, answer=other)
            assert replayed(counter, told.decision_id).differing == (f"answer.{field}",)
    edit(told.decision_id, answer=logged)
    assert replayed(counter, told.decision_id).is_same


def test_inputs_that_were_edited_give_another_decision(
    counter: Counter, edit: Callable[..., None]
) -> None:
    """Features first of all; what can be no inputs is named as such."""
    told = decided(counter)
    logged = counter.service.log.get(told.decision_id).inputs
    edit(told.decision_id, inputs=logged.replace('"fico_range_low":660', '"fico_range_low":820'))
    again = replayed(counter, told.decision_id)
    assert again.differing[0] == "features_digest"
    assert {"answer.pd", "pd", "points"} <= set(again.differing)
    for none in ("{", '{"loan_amnt":"a lot"}', "[]"):
        edit(told.decision_id, inputs=none)
        again = replayed(counter, told.decision_id)
        assert (again.is_same, again.differing, again.pd) == (False, ("inputs",), None)


@pytest.mark.parametrize("query", ["", "?explain=true"])
@pytest.mark.parametrize("application", [GOOD, BAD, SPARSE], ids=["approved", "other", "sparse"])
def test_a_decision_is_the_same_whether_it_was_explained_or_not(
    counter: Counter, application: object, query: str
) -> None:
    """Where reasons are owed, were asked for, or neither."""
    told = decided(counter, application, query)
    assert replayed(counter, told.decision_id).is_same


def test_an_approval_that_nothing_speaks_against_is_the_same(
    counter: Counter, cache: ModelCache
) -> None:
    """It has no reasons though it was to be explained: its model reads FICO, and that is good."""
    bring(cache, small_bundle(min_gain=20.0), 2)
    counter.service.champions.refresh()
    told = decided(counter, GOOD, "?explain=true")
    assert (told.verdict, told.reasons) == ("approve", ())
    assert replayed(counter, told.decision_id).is_same


def test_reasons_that_were_added_or_taken_away_are_named(
    counter: Counter, edit: Callable[..., None]
) -> None:
    """Of an approval too, though whether it was explained is guessed by them."""
    silent, explained = (decided(counter, GOOD, query) for query in ("", "?explain=true"))
    assert not silent.reasons
    assert explained.reasons
    taken = counter.service.log.get(explained.decision_id).reasons
    edit(silent.decision_id, reasons=taken)
    edit(explained.decision_id, reasons="[]")
    assert replayed(counter, silent.decision_id).differing == ("answer.reasons",)
    assert replayed(counter, explained.decision_id).differing == ("answer.reasons",)


def refusal(counter: Counter, decision_id: str) -> tuple[int, str]:
    """Return how it is refused to decide again."""
    answer = counter.client.get(f"/decisions/{decision_id}/replay")
    return answer.status_code, answer.json()["type"].removeprefix("urn:risk:problem:")


@pytest.mark.parametrize("name", [MODEL, MANIFEST])
def test_a_model_that_was_changed_is_not_one_that_is_gone(
    counter: Counter, cache: ModelCache, name: str
) -> None:
    """503 as long as it is there and another, 410 once it is not there."""
    told = decided(counter)
    bring(cache, small_bundle(seed=2), 2)
    counter.service.champions.refresh()
    assert replayed(counter, told.decision_id).is_same
    kept = cache.folder / "bundles" / told.model_digest
    (kept / name).write_bytes((kept / name).read_bytes()[:-1] + b" ")
    assert refusal(counter, told.decision_id) == (503, "model-unverified")
    (kept / name).unlink()
    assert refusal(counter, told.decision_id) == (503, "model-unverified")
    for file in kept.iterdir():
        file.unlink()
    kept.rmdir()
    assert refusal(counter, told.decision_id) == (410, "model-gone")


def test_a_decision_of_an_earlier_release_is_shown_as_it_is(
    counter: Counter, edit: Callable[..., None]
) -> None:
    """Its answer has other fields than those of today, and is no error."""
    told = decided(counter)
    earlier = '{"decision_id":"of old","score":612,"band":"so-so"}'
    edit(told.decision_id, answer=earlier, inputs='{"loan_amnt":5e3,"flag":true}')
    shown = counter.client.get(f"/decisions/{told.decision_id}")
    assert shown.status_code == 200
    assert f'"answer":{earlier}' in shown.text
    assert '"inputs":{"loan_amnt":5e3,"flag":true}' in shown.text

"""Decisions: written whole or not at all, once for an idempotency key, and read as written."""

import json
import threading
import uuid

import pytest

from risk_platform.contract.columns import LOANS
from risk_platform.errors.handover import (
    RepeatedDecisionError,
    ServingStoppedError,
    UnknownDecisionError,
)
from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.ids import new_id
from risk_platform.handover.log.decisions import (
    Appended,
    Decision,
    DecisionLog,
    Outcome,
    kept_inputs,
)
from risk_platform.handover.log.insertion import COLUMNS
from risk_platform_tests.handover.log.decided import decision


def test_a_decision_is_read_as_it_was_written(log: DecisionLog) -> None:
    """To the bit, on either engine: numbers, unknowns, quotes and letters of all kinds."""
    written = [
        decision(pd=5e-324, answer='{"a":"\\u0000 \\"ñ\\" 🏦 %s ? :x"}'),
        decision(pd=0.1 + 0.2, idempotency_key="'; DROP TABLE decisions; --"),
        decision(pd=1 / 3, latency_us=2**40, reasons="[]"),
    ]
    assert {one.outcome for one in log.append([[one] for one in written])} == {Outcome.STORED}
    assert [log.get(one.id) for one in written] == written
    assert log.count() == 3


def test_a_decision_holds_what_the_table_holds() -> None:
    """Field by field, in one order."""
    assert [column.name for column in COLUMNS] == list(Decision.__struct_fields__)


def test_personal_text_is_stored_nowhere() -> None:
    """Of all columns that an application may have, those that no model reads are left out."""
    given = {column.name: "canary" for column in LOANS}
    kept = json.loads(kept_inputs(given))
    assert {"emp_title", "title", "desc", "zip_code", "id", "member_id"}.isdisjoint(kept)
    assert set(kept) == set(INPUT_COLUMNS)


def test_ids_are_uuids_that_sort_by_time() -> None:
    """Version 7 of RFC 9562; no two alike."""
    ids = [new_id() for _ in range(2_000)]
    assert len(set(ids)) == 2_000
    assert {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in ids} == {(7, uuid.RFC_4122)}
    assert [one[:13] for one in ids] == sorted(one[:13] for one in ids)


def test_the_same_request_gets_the_same_answer(log: DecisionLog) -> None:
    """What was sent then is sent again, and nothing is written."""
    first = decision(idempotency_key="key-1", answer='{"pd":0.1}')
    again = decision(idempotency_key="key-1", answer='{"pd":0.2}')
    log.append([[first]])
    assert log.append([[again]]) == [Appended(Outcome.REPLAYED, ('{"pd":0.1}',))]
    assert log.count() == 1


def test_another_body_under_the_same_key_is_a_conflict(log: DecisionLog) -> None:
    """It gets no answer; others of the same turn get theirs."""
    log.append([[decision(idempotency_key="key-1")]])
    other = decision(idempotency_key="key-1", body_digest="c" * 64)
    outcomes = log.append([[decision()], [other], [decision(idempotency_key="key-2")]])
    assert [one.outcome for one in outcomes] == [
        Outcome.STORED,
        Outcome.CONFLICT,
        Outcome.STORED,
    ]
    assert outcomes[1].answers == ()


def test_a_key_may_come_twice_in_one_turn(log: DecisionLog) -> None:
    """The first is stored, the second gets its answer, another body a conflict."""
    turn = [
        [decision(idempotency_key="key-1", answer="1")],
        [decision(idempotency_key="key-1", answer="2")],
        [decision(idempotency_key="key-1", body_digest="c" * 64)],
    ]
    assert log.append(turn) == [
        Appended(Outcome.STORED, ("1",)),
        Appended(Outcome.REPLAYED, ("1",)),
        Appended(Outcome.CONFLICT, ()),
    ]


def test_a_key_is_its_owners(log: DecisionLog) -> None:
    """Two clients that chose the same one do not meet."""
    one, other = (decision(idempotency_key="key-1", key_id=owner) for owner in ("one", "other"))
    assert {done.outcome for done in log.append([[one], [other]])} == {Outcome.STORED}


def batch(size: int, key: str = "key-1", between: str = " ", **changes: object) -> list[Decision]:
    """Return the decisions of a batch: the first bears its key, the others a place behind it."""
    names = [key, *(f"{key}{between}{place}" for place in range(1, size))]
    return [decision(idempotency_key=name, answer=name, **changes) for name in names]


def test_a_batch_is_all_or_nothing(log: DecisionLog) -> None:
    """Of another batch under its key nothing is kept, be it of the same size, larger or smaller."""
    first = batch(3)
    others = [batch(size, body_digest="c" * 64) for size in (3, 4, 1)]
    assert log.append([first]) == [Appended(Outcome.STORED, ("key-1", "key-1 1", "key-1 2"))]
    assert log.append([*others, batch(3)]) == [
        *[Appended(Outcome.CONFLICT, ())] * 3,
        Appended(Outcome.REPLAYED, ("key-1", "key-1 1", "key-1 2")),
    ]
    assert log.count() == 3


@pytest.mark.parametrize("together", [True, False], ids=["one commit", "two commits"])
@pytest.mark.parametrize("sizes", [(1, 3), (3, 1)], ids=["single first", "batch first"])
def test_a_batch_and_a_single_request_of_one_key_meet(
    log: DecisionLog, sizes: tuple[int, int], *, together: bool
) -> None:
    """Whichever comes second gets a conflict, in the same commit or in a later one."""
    requests = [batch(size, body_digest=f"{size}" * 64) for size in sizes]
    turns = [requests] if together else [[request] for request in requests]
    found = [one.outcome for turn in turns for one in log.append(turn)]
    assert found == [Outcome.STORED, Outcome.CONFLICT]
    assert log.count() == sizes[0]


@pytest.mark.parametrize(
    ("between", "outcome"), [(" ", Outcome.STORED), ("/", Outcome.CONFLICT)], ids=["ours", "unsafe"]
)
def test_a_place_in_a_batch_is_no_key_of_a_client(
    log: DecisionLog, between: str, outcome: Outcome
) -> None:
    """No key has a space; the unsafe twin parts them by what a client may write as well."""
    log.append([batch(2, between=between)])
    (single,) = log.append([[decision(idempotency_key="key-1/1", body_digest="c" * 64)]])
    assert single.outcome is outcome


def test_many_who_ask_the_same_at_once_get_one_answer(log: DecisionLog) -> None:
    """Whoever loses the race is told what the winner was."""
    asked = [decision(idempotency_key="key-1", answer=str(n)) for n in range(8)]
    done = dict[int, Appended]()

    def ask(n: int) -> None:
        done[n] = log.append([[asked[n]], [decision()]])[0]

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.answers for one in done.values()}) == 1
    assert [one.outcome for one in done.values()].count(Outcome.STORED) == 1
    assert log.count() == 9


def test_nobody_is_answered_while_stopped(log: DecisionLog, gate: Gate) -> None:
    """Not even again: a replay is an answer too. The error tells the stop."""
    log.append([[decision(idempotency_key="key-1")]])
    gate.pause("Grace", "drift")
    for request in (decision(idempotency_key="key-1"), decision()):
        with pytest.raises(ServingStoppedError, match=r"epoch 2\): drift") as stopped:
            log.append([[request]])
        assert stopped.value.epoch == 2
        assert stopped.value.since_us == gate.state().at_us
    assert log.count() == 1


def test_an_id_is_given_once(log: DecisionLog) -> None:
    """Two decisions of one id would be two truths."""
    first = decision()
    log.append([[first]])
    with pytest.raises(RepeatedDecisionError):
        log.append([[first]])


def test_an_unknown_decision_is_named(log: DecisionLog) -> None:
    """By the id that was asked for."""
    with pytest.raises(UnknownDecisionError, match="no decision 1234"):
        log.get("1234")


def test_a_window_is_read_in_order_and_page_by_page(log: DecisionLog) -> None:
    """From its first moment on, up to and without its last, however many share a moment."""
    made = [decision(at_us=1_000 + n // 700) for n in range(2_500)]
    log.append([made[:1_000], made[1_000:1_900], made[1_900:]])
    read = list(log.window(1_000, 1_003))
    assert [one.at_us for one in read] == sorted(one.at_us for one in read)
    assert {one.id for one in read} == {one.id for one in made if one.at_us < 1_003}
    assert len(read) == 2_100


def test_a_batch_of_a_thousand_is_one_statement(log: DecisionLog, database: Database) -> None:
    """As large as the service takes them."""
    del database
    done = log.append([[decision() for _ in range(1_000)]])
    assert len(done[0].answers) == 1_000
    assert log.count() == 1_000

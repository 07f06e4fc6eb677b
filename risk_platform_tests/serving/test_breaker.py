"""The breaker: absurd decisions stop scoring within a few hundred, and one client stops itself."""

from collections.abc import Iterator
from contextlib import closing
from copy import copy
from dataclasses import replace
from itertools import cycle, islice

import msgspec
import numpy as np
import pytest

from risk_platform.errors.handover import LogUnavailableError
from risk_platform.evaluation.drift.limits import USUAL
from risk_platform.evaluation.drift.window import LARGEST_SHARE
from risk_platform.handover.gate import Gate
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.scoring import extremes
from risk_platform_tests.bundles import bring
from risk_platform_tests.handover import moves
from risk_platform_tests.monitored import (
    KEYS,
    Change,
    Given,
    in_cents,
    without,
    world,
)
from risk_platform_tests.serving.conftest import client_of
from serving import breaker as rules
from serving.breaker import JUDGED, Breaker, Judged, _window, tripping
from serving.decided import Ask, decide
from serving.reading import Application, read_application
from serving.service import service_of

WORLD = world()


class Deciding:
    """A breaker of a gate that is open, and decisions that it is shown."""

    def __init__(self, gate: Gate) -> None:
        self.gate, self.now = gate, 0.0
        self.breaker = Breaker(gate, lambda: self.now)
        self._given = cycle(WORLD.applications)
        self.seen = 0

    def show(
        self, many: int, change: Change = dict, keys: tuple[str, ...] = KEYS, at_once: int = 10
    ) -> int:
        """Show decisions until the gate is moved, and return how many that took; 0: it was not."""
        before = self.gate.state()
        for shown in range(0, many, at_once):
            given = [change(dict(one)) for one in islice(self._given, at_once)]
            self.breaker.see(WORLD.model, [decided(given, keys, self.seen)])
            self.seen += at_once
            if self.gate.state() != before:
                return shown + at_once
        return 0


def decided(given: list[Given], keys: tuple[str, ...], begin: int = 0) -> Judged:
    """Decide applications of some keys in turn."""
    asked = [(read(one), ask(keys[(begin + n) % len(keys)])) for n, one in enumerate(given)]
    return decide(WORLD.model, asked)


def ask(key: str) -> Ask:
    """Return what comes with an application of a key."""
    return Ask(key=key, idempotency_key=None, body_digest="b" * 64, explain=False, arrived=0.0)


def read(given: Given) -> Application:
    """Read an application as the service does."""
    return read_application(msgspec.json.encode(given))


@pytest.fixture
def deciding(store_url: str) -> Iterator[Deciding]:
    """Return a breaker, of a gate on either engine."""
    with closing(open_store(store_url)) as database:
        yield Deciding(moves.opened(database))


def test_ordinary_decisions_go_on(deciding: Deciding) -> None:
    """However they come: alone, in dozens, of one key or of many."""
    assert deciding.show(1_500) == 0
    assert deciding.show(600, keys=("main",), at_once=1) == 0
    assert deciding.show(600, keys=("main",) * 99 + ("other",), at_once=60) == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (in_cents, "household_income_usd lies beyond all of training"),
        (without("fico_range_low", "fico_range_high"), "fico_mid is missing"),
    ],
)
def test_absurd_inputs_stop_scoring(deciding: Deciding, change: Change, said: str) -> None:
    """From the first bad one on it takes at most 200."""
    deciding.show(400)
    assert 0 < deciding.show(400, change) <= 200
    state = deciding.gate.state()
    assert (state.is_running, state.by) == (False, "the breaker")
    assert said in state.reason


def test_from_the_start_on_it_takes_two_hundred(deciding: Deciding) -> None:
    """Fewer say nothing."""
    assert deciding.show(400, in_cents) == 200


def test_equal_scores_of_different_applications_stop_scoring(deciding: Deciding) -> None:
    """The model is not asked any more what it was asked."""
    for _ in range(20):
        given = [dict(one) for one in islice(deciding._given, 20)]  # noqa: SLF001
        judged = decided(given, KEYS)
        same = [msgspec.structs.replace(one, pd=0.1) for one in judged.decisions]
        deciding.breaker.see(WORLD.model, [Judged(same, judged.marks)])
    assert "score the same" in deciding.gate.state().reason


def test_one_key_that_is_absurd_is_suspended_alone(deciding: Deciding) -> None:
    """The others are decided on."""
    deciding.show(400)
    keys = (*KEYS, "rogue", "rogue", "rogue")

    def shown(many: int) -> None:
        for n in range(many):
            key = keys[n % len(keys)]
            change = in_cents if key == "rogue" else dict
            deciding.show(1, change, (key,), at_once=1)

    shown(330)
    state = deciding.gate.state()
    assert (state.is_running, state.suspended) == (True, {"rogue"})


def test_one_key_that_gives_nearly_all_stops_itself_at_the_most(deciding: Deciding) -> None:
    """Who has another two decisions is served on."""
    deciding.show(2, keys=("other",), at_once=1)
    deciding.show(400, in_cents, ("main",))
    state = deciding.gate.state()
    assert (state.is_running, state.suspended) == (True, {"main"})


@pytest.mark.parametrize("every", [12, 25])
def test_one_key_that_sends_little_is_suspended_alone(deciding: Deciding, every: int) -> None:
    """However small its share is: nobody else is stopped for it."""
    deciding.show(400)
    for n in range(600):
        is_rogue = n % every == 0
        key = "rogue" if is_rogue else KEYS[n % len(KEYS)]
        deciding.show(1, in_cents if is_rogue else dict, (key,), at_once=1)
    state = deciding.gate.state()
    # One in twenty-five is less than the share that counts.
    assert (state.is_running, state.suspended) == (True, {"rogue"} if every == 12 else set())


def test_few_known_values_are_no_reason_to_stop() -> None:
    """Of what is seldom known one value beyond training would be all of it."""
    window = _window([decided([dict(one) for one in WORLD.applications[:JUDGED]], KEYS)], {})
    marks = window.marks.copy()
    marks[:, 0, 0] = np.arange(len(window)) > 0
    marks[:, 1, 0] = np.arange(len(window)) == 0
    extremes = copy(WORLD.bundle.extremes)
    extremes.unknown = np.where(np.arange(len(extremes.unknown)) == 0, 0.995, extremes.unknown)
    assert [*tripping(replace(window, marks=marks), extremes)] == []
    marks[:60, 0, 0], marks[:60, 1, 0] = False, np.arange(60) < 4
    assert [one.rule for one in tripping(replace(window, marks=marks), extremes)] == [
        "beyond training"
    ]


def test_a_key_that_loops_is_suspended(deciding: Deciding) -> None:
    """The same application again and again, within a minute."""
    one = dict(WORLD.applications[0])
    deciding.show(300)
    for _ in range(25):
        deciding.breaker.see(WORLD.model, [decided([one] * 10, ("looping",))])
    state = deciding.gate.state()
    assert (state.is_running, state.suspended) == (True, {"looping"})


def test_a_probe_may_ask_the_same_for_ever(deciding: Deciding) -> None:
    """Once a second is no loop."""
    judged = decided([dict(WORLD.applications[0])], ("probe",))
    for second in range(300):
        at_us = judged.decisions[0].at_us + second * 1_000_000
        later = [msgspec.structs.replace(one, at_us=at_us) for one in judged.decisions]
        deciding.breaker.see(WORLD.model, [Judged(later, judged.marks)])
    assert deciding.gate.state().suspended == frozenset()


def test_after_a_stop_it_begins_anew(deciding: Deciding) -> None:
    """What was decided before does not stop scoring once people have resumed it."""
    deciding.show(400, in_cents)
    moves.resumed(deciding.gate)
    assert deciding.show(600) == 0


def test_another_process_that_stopped_it_is_heeded(deciding: Deciding) -> None:
    """It forgets what it saw before; else it would stop at once what people resume."""
    deciding.show(190, in_cents)
    deciding.gate.pause("Ada", "odd incomes")
    deciding.breaker.forget()
    moves.resumed(deciding.gate)
    assert deciding.show(600) == 0


def test_few_are_judged_after_a_second(deciding: Deciding) -> None:
    """Who asks seldom is not waited for."""
    deciding.show(400)
    deciding.show(40, in_cents, at_once=40)
    assert deciding.gate.state().is_running
    deciding.now += 2
    deciding.show(1, at_once=1)
    assert not deciding.gate.state().is_running


class Away:
    """A gate that cannot be moved."""

    def pause(self, *_: object, **__: object) -> None:
        """Fail."""
        raise LogUnavailableError("it is away")


def test_a_database_that_is_away_ends_nothing(deciding: Deciding) -> None:
    """It tries again with the next look; nothing is recorded meanwhile either."""
    gate = deciding.breaker._gate  # noqa: SLF001
    deciding.breaker._gate = Away()  # noqa: SLF001  # pyright: ignore[reportAttributeAccessIssue]
    deciding.show(300, in_cents)
    deciding.breaker._gate = gate  # noqa: SLF001
    assert deciding.show(100, in_cents) > 0


def test_its_rules_are_those_of_drift() -> None:
    """The service does not reach those, and says the same."""
    limits = (USUAL.gross_missing, USUAL.gross_outside, USUAL.gross_equal, USUAL.gross_loans)
    ours = (rules.MISSING_RISE, rules.BEYOND_SHARE, rules.EQUAL_SHARE, rules.JUDGED)
    assert ours == limits
    assert (LARGEST_SHARE, USUAL.gross_inputs) == (rules.LARGEST_SHARE, extremes.INPUTS)


def test_a_service_stops_itself(cache: ModelCache, store_url: str) -> None:
    """Through its routes: the first answers are scores, the last a 503, and nothing is logged."""
    bring(cache, WORLD.bundle)
    with closing(open_store(store_url)) as database:
        service = service_of(cache, database)
        service.champions.refresh()
        moves.opened(database)
        with client_of(service) as client:
            statuses = [
                client.post("/predict", json=in_cents(dict(one))).status_code
                for one in WORLD.applications[:300]
            ]
        assert 200 <= statuses.count(200) <= 260
        assert statuses[-1] == 503
        assert service.log.count() == statuses.count(200)
        assert service.gate.state().by == "the breaker"

"""The breaker: the last decisions of this process, and whether anything about them is absurd.

It waits for nobody: what no applicant can be, or a model that says the same of all, is stopped
within a few hundred decisions, before whoever looks for drift has come by. It works in the thread
that records decisions, on arrays that scoring made, and judges no more often than it must.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_platform.errors.handover import HandoverError
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import ActorType, Cause
from risk_platform.handover.log.decisions import Decision
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.scoring.extremes import Extremes, Marks

log = logging.getLogger("serving.breaker")

BREAKER = "the breaker"
# How many decisions are judged, and out of how many they are picked so that no key has too many.
JUDGED, KEPT = 200, 800
# Judged anew after so many more, or after so many seconds.
EVERY, SECONDS = 100, 1.0
# As ``evaluation.drift.limits``, which the service does not reach: a test holds them together.
MISSING_RISE, BEYOND_SHARE, EQUAL_SHARE = 0.3, 0.05, 0.99
LARGEST_SHARE = 0.2
# Fewer decisions, or values that are known, are far from training by chance.
_FEWEST = 50
# Equal scores of fewer applications that differ say nothing.
_DIFFERENT = 20
# As many times the same application, by one key and within this, is a loop that nobody meant.
_LOOP_US = 60_000_000
_HEX = 15


@dataclass(frozen=True, slots=True)
class Judged:
    """Decisions, and what is odd about each of them, as ``Extremes.marks`` tells it."""

    decisions: Sequence[Decision]
    marks: Marks

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.decisions)


@dataclass(frozen=True, slots=True)
class Tripped:
    """What is absurd: a rule in a word, and a sentence."""

    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Window:
    """Some decisions by one model, the newest first.

    Parameters
    ----------
    marks
        What is odd about each, shape (n, 2, inputs).
    pds, keys, at_us, loans
        Of each: its score, whose it is, when, and which application, as numbers; shape (n,).
    """

    marks: Marks
    pds: NDArray[np.float64]
    keys: NDArray[np.int32]
    at_us: NDArray[np.int64]
    loans: NDArray[np.int64]

    def only(self, rows: NDArray[np.bool_] | NDArray[np.intp] | slice) -> "Window":
        """Return some of them."""
        return Window(
            marks=self.marks[rows],
            pds=self.pds[rows],
            keys=self.keys[rows],
            at_us=self.at_us[rows],
            loans=self.loans[rows],
        )

    def before(self, older: "Window") -> "Window":
        """Return them and others that are older."""
        return Window(
            marks=np.concatenate([self.marks, older.marks]),
            pds=np.concatenate([self.pds, older.pds]),
            keys=np.concatenate([self.keys, older.keys]),
            at_us=np.concatenate([self.at_us, older.at_us]),
            loans=np.concatenate([self.loans, older.loans]),
        )

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.pds)


class Breaker:
    """What stops scoring from within.

    Parameters
    ----------
    gate
        What it stops it by.
    clock
        Seconds that only grow.
    """

    def __init__(self, gate: Gate, clock: Callable[[], float] = time.monotonic) -> None:
        self._gate, self._clock = gate, clock
        self._new: list[Judged] = []
        self._waiting, self._judged_at = 0, clock()
        self._kept: Window | None = None
        self._digest = ""
        self._names: dict[str, int] = {}
        self._is_to_forget = False

    def forget(self) -> None:
        """Begin anew with the next decision; from any thread.

        Scoring is stopped: what was decided before is not judged together with what comes after.
        """
        self._is_to_forget = True

    def see(self, model: LoadedModel, recorded: Sequence[Judged]) -> None:
        """Take note of decisions of a model, and stop scoring where the last ones are absurd."""
        if self._is_to_forget or self._digest != model.digest:
            self._begin_anew(model)
        self._new += recorded
        self._waiting += sum(map(len, recorded))
        now = self._clock()
        if self._waiting >= EVERY or now - self._judged_at >= SECONDS:
            self._judged_at = now
            self._judge(model, self._taken_in())

    def _begin_anew(self, model: LoadedModel) -> None:
        self._digest, self._is_to_forget = model.digest, False
        self._kept, self._new, self._waiting = None, [], 0
        self._names = {}

    def _taken_in(self) -> Window:
        """Return the last decisions, with those that came since it was asked last."""
        newest = _window(self._new, self._names)
        self._kept = newest if self._kept is None else newest.before(self._kept)
        self._kept = self._kept.only(slice(KEPT))
        self._new, self._waiting = [], 0
        return self._kept

    def _judge(self, model: LoadedModel, kept: Window) -> None:
        if len(kept) < JUDGED:
            return
        names = list(self._names)
        if (loop := _looping(kept)) is not None and names[loop]:
            said = f"the same application came {JUDGED} times within a minute"
            self._act(model, kept, Tripped("repeated", said), names[loop])
            return
        window = fair(kept)
        tripped = next(tripping(window, model.bundle.extremes), None)
        if tripped:
            culprit = _culprit(window, kept, model.bundle.extremes)
            self._act(model, window, tripped, "" if culprit is None else names[culprit])

    def _act(self, model: LoadedModel, window: Window, tripped: Tripped, key_id: str) -> None:
        """Stop scoring, or one key; where the database does not answer, the next look tries again.

        Nothing is decided meanwhile either.
        """
        cause = Cause(
            actor_type=ActorType.BREAKER,
            trigger=f"breaker: {tripped.rule}",
            window_us=(int(window.at_us.min()), int(window.at_us.max()) + 1),
            decisions=len(window),
            model_digest=model.digest,
        )
        try:
            if key_id:
                self._gate.suspend(key_id, BREAKER, tripped.sentence, cause=cause)
            else:
                self._gate.pause(BREAKER, tripped.sentence, cause=cause)
        except HandoverError as error:
            log.warning("the breaker could not act", extra={"sentence": str(error)})
        else:
            self._begin_anew(model)


def _window(recorded: Sequence[Judged], names: dict[str, int]) -> Window:
    """Return decisions as arrays; a key that has no number yet is given the next one."""
    decisions = [one for judged in recorded for one in judged.decisions]
    keys = [names.setdefault(one.key_id, len(names)) for one in decisions]
    loans = [int(one.features_digest[:_HEX], 16) for one in decisions]
    return Window(
        marks=np.concatenate([judged.marks for judged in recorded])[::-1],
        pds=np.array([one.pd for one in decisions])[::-1],
        keys=np.array(keys, np.int32)[::-1],
        at_us=np.array([one.at_us for one in decisions], np.int64)[::-1],
        loans=np.array(loans, np.int64)[::-1],
    )


def fair(kept: Window) -> Window:
    """Return the newest decisions of which no key has more than a fifth, or than an equal share.

    Where the others have too few for that, one key gives nearly all: then the newest ones count,
    and if they are absurd that key is stopped, and no other.
    """
    counts = np.bincount(kept.keys)
    most = int(JUDGED * max(LARGEST_SHARE, 1 / np.count_nonzero(counts)))
    if counts.max() <= most:
        return kept.only(slice(JUDGED))
    picked = np.flatnonzero(_places_of_own(kept.keys, counts) < most)[:JUDGED]
    return kept.only(picked) if len(picked) == JUDGED else kept.only(slice(JUDGED))


def _places_of_own(keys: NDArray[np.int32], counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return how many decisions of its own key stand before each."""
    order = np.argsort(keys, kind="stable")
    places = np.empty(len(keys), np.intp)
    places[order] = np.arange(len(keys)) - np.repeat(np.cumsum(counts) - counts, counts)
    return places


def tripping(window: Window, extremes: Extremes) -> Iterator[Tripped]:
    """Yield what is absurd about decisions, if there are enough to say so."""
    if len(window) < _FEWEST:
        return
    unknown, beyond = window.marks.sum(axis=0)
    rise = unknown / len(window) - extremes.unknown
    for at in np.flatnonzero(rise >= MISSING_RISE).tolist():
        said = f"{extremes.names[at]} is missing {rise[at]:.0%} more often than in training"
        yield Tripped("missing", said)
    known = len(window) - unknown
    share = beyond / np.maximum(known, 1)
    for at in np.flatnonzero((share > BEYOND_SHARE) & (known >= _FEWEST)).tolist():
        said = f"{share[at]:.0%} of {extremes.names[at]} lies beyond all of training"
        yield Tripped("beyond training", said)
    _, first = np.unique(window.loans, return_index=True)
    if len(first) >= _DIFFERENT:
        _, times = np.unique(window.pds[first], return_counts=True)
        if (equal := times.max() / len(first)) > EQUAL_SHARE:
            yield Tripped("equal scores", f"{equal:.0%} of different applications score the same")


def _culprit(window: Window, kept: Window, extremes: Extremes) -> int | None:
    """Return the one key without which nothing is absurd; ``None``: there is none, or several.

    Where no other is at work, all of scoring is what it does.
    """
    keys = np.unique(window.keys)
    if len(keys) == 1:
        return None if (kept.keys == keys[0]).all() else int(keys[0])
    found = [
        int(key)
        for key in keys
        if next(tripping(window.only(window.keys != key), extremes), None) is None
    ]
    return found[0] if len(found) == 1 else None


def _looping(kept: Window) -> int | None:
    """Return a key whose last applications are all the same and came fast; ``None``: none is."""
    own = np.flatnonzero(kept.keys == kept.keys[0])[:JUDGED]
    loans, at_us = kept.loans[own], kept.at_us[own]
    is_one = len(own) == JUDGED and bool((loans == loans[0]).all())
    return int(kept.keys[0]) if is_one and np.ptp(at_us) <= _LOOP_US else None

"""Posts: who sends which application of a scenario, and in what order."""

import itertools
import uuid
import zlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from risk_platform.commands.drills.ground import CHUNK, Ground
from risk_platform.commands.drills.traffic import Client, Post
from risk_platform.simulation.applications import bodies
from risk_platform.simulation.scenarios import CONTROL, Scenario


def in_turn(clients: Iterable[Client], sent: Iterable[bytes]) -> Iterator[Post]:
    """Yield ordinary applications, one client's after the other's."""
    for client, body in zip(itertools.cycle(clients), sent, strict=False):
        yield Post(body=body, client=client)


def posts_of(scenario: Scenario, ground: Ground) -> Iterator[Post]:
    """Yield what is sent in a scenario, until its bad applications are at an end."""
    bad = _bad(scenario, ground)
    return bad if scenario.share == 1.0 else _mixed(scenario, ground, bad)


def senders_of(scenario: Scenario, ground: Ground) -> Sequence[Client]:
    """Return who sends what is bad: the last client alone where one does."""
    everybody = ground.clients.applying
    return everybody[-1:] if scenario.share < 1.0 or scenario.keyed else everybody


def most_of(scenario: Scenario, ground: Ground) -> int:
    """Return how many bad applications there are to be."""
    return min(scenario.most, ground.most or scenario.most)


def _bad(scenario: Scenario, ground: Ground) -> Iterator[Post]:
    senders = itertools.cycle(senders_of(scenario, ground))
    key = f"drill-{uuid.uuid4()}" if scenario.keyed else ""
    most, is_bad = most_of(scenario, ground), scenario.name != CONTROL
    for number, body in enumerate(itertools.islice(_bodies(scenario, ground), most), start=1):
        ground.headway(number, most)
        yield Post(body=body, client=next(senders), is_bad=is_bad, idempotency_key=key)


def _bodies(scenario: Scenario, ground: Ground) -> Iterator[bytes]:
    # Each scenario has dice of its own: what one sends hangs on no other.
    dice = np.random.default_rng([ground.seed, zlib.crc32(scenario.name.encode())])
    for before in itertools.count(0, CHUNK):
        yield from bodies(scenario.draw(ground.pool, dice, CHUNK, before))


def _mixed(scenario: Scenario, ground: Ground, bad: Iterator[Post]) -> Iterator[Post]:
    """Yield bad applications among ordinary ones of other clients, at even distances."""
    others = in_turn(ground.clients.applying[:-1], ground.ordinary())
    due = 0.0
    for post in bad:
        yield post
        due += 1 / scenario.share - 1
        yield from itertools.islice(others, int(due))
        due -= int(due)

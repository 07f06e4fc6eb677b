"""Poisoned model: a file of the bundle is changed where services read it; none may score by it."""

import asyncio
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import islice

from risk_platform.commands.drills.ground import Ground, Reporter, demand_running, model_of
from risk_platform.commands.drills.hands.machine import Machine
from risk_platform.commands.drills.hands.service import (
    another_service,
    answers_when_it_listens,
    wait_until_ready,
)
from risk_platform.commands.drills.posts import in_turn
from risk_platform.commands.drills.record import Record
from risk_platform.commands.drills.stretch import Stretch
from risk_platform.evaluation.drills import Counts, Drill, Observed, Verdict
from risk_platform.handover.models.cache import Lead, ModelCache
from risk_platform.scoring.bundle_files import MODEL

_LOOK_SECONDS = 0.25


def conduct(name: str, machine: Machine, ground: Ground) -> Drill:
    """Change a byte of the model that leads, and see what services that start, and run, make of it.

    One that runs goes on with what it has, and one that is started meanwhile waits for a whole
    model: both are to score the same applications as before, or not at all. The courier finds the
    file changed at its next look and fetches the bundle anew; where it cannot, the file is put
    back.

    Raises
    ------
    ServiceNotReadyError
        What was started does not answer, though the bundle is whole.
    """
    model, cache = model_of(ground), ModelCache(machine.settings.models_folder)
    report = Reporter(name, ground, model)
    demand_running(ground)
    lead = cache.leads()
    if lead is None or lead.digest != model.digest:
        return report.skipped("the model that answers is not in this home")
    heard = _poison(machine, ground, cache, lead)
    observed = Observed(
        bad=Counts(sent=heard.others, decided=heard.others, decisions=heard.others),
        ordinary=heard.running.ordinary,
    )
    is_well = not heard.others and heard.running.pds and heard.started.pds
    verdict = Verdict.PREVENTED if is_well else Verdict.MISSED
    return report.found(verdict, heard.sentence, heard.seconds, observed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What was heard of the same applications before the change, and of both services since.

    ``answers`` tells whether the one that was started had a model at once, ``seconds`` how long the
    courier took to bring the bundle anew; ``None``: it did not.
    """

    before: Record
    running: Record
    started: Record
    answers: bool
    seconds: float | None

    @property
    def others(self) -> int:
        """How many PDs were others than before."""
        usual = self.before.pds
        return differing(usual, self.running.pds) + differing(usual, self.started.pds)

    @property
    def sentence(self) -> str:
        """All of it."""
        started = "answered at once" if self.answers else "waited until the file was whole"
        brought = self.seconds
        healed = "put back by hand" if brought is None else f"brought anew after {brought:.1f} s"
        return f"a service that was started {started}, {self.others:,} PDs were others, {healed}"


def _poison(machine: Machine, ground: Ground, cache: ModelCache, lead: Lead) -> _Heard:
    sent = [*islice(ground.ordinary(), ground.before)]
    before = _decided(ground, sent)
    with ExitStack() as stack:
        with _poisoned(cache, lead):
            began_at = time.monotonic()
            url = stack.enter_context(another_service(machine.settings, {}))
            answers = answers_when_it_listens(url, ground)
            running = _decided(ground, sent)
            healed_at = _wait_until_whole(cache, lead, ground.patience_seconds)
        wait_until_ready(url, ground)
        return _Heard(
            before=before,
            running=running,
            started=_decided(replace(ground, url=url), sent),
            answers=answers,
            seconds=None if healed_at is None else healed_at - began_at,
        )


def differing(before: Mapping[bytes, object], now: Mapping[bytes, object]) -> int:
    """Count applications whose PD is another one now, among those that have both."""
    return sum(now[body] != before[body] for body in before.keys() & now.keys())


@contextmanager
def _poisoned(cache: ModelCache, lead: Lead) -> Generator[None]:
    """Change the middle of the model's file; put it back, unless a whole bundle took its place."""
    file = cache.place(lead.digest) / MODEL
    good = file.read_bytes()
    middle = len(good) // 2
    try:
        file.write_bytes(good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :])
        yield
    finally:
        if not cache.holds(lead.digest):
            file.write_bytes(good)


def _decided(ground: Ground, sent: Sequence[bytes]) -> Record:
    """Send applications, and return what was heard."""

    async def send() -> Record:
        day = Stretch(ground)
        async with day.watched():
            await day.send(in_turn(ground.clients.applying, sent))
        return day.record

    return asyncio.run(send())


def _wait_until_whole(cache: ModelCache, lead: Lead, seconds: float) -> float | None:
    """Return when the bundle was whole again; ``None``: it was not for so long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if cache.holds(lead.digest):
            return time.monotonic()
        time.sleep(_LOOK_SECONDS)
    return None

"""Poisoned model: a file of the bundle is changed where services read it; none is to load it."""

import asyncio
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from itertools import islice

from risk_platform.commands.drills.ground import Ground, Reporter, demand_running, model_of
from risk_platform.commands.drills.hands.machine import Machine
from risk_platform.commands.drills.posts import in_turn
from risk_platform.commands.drills.stretch import Stretch
from risk_platform.errors.models import BundleError
from risk_platform.evaluation.drills import Counts, Drill, Observed, Verdict
from risk_platform.handover.models.cache import Lead, ModelCache
from risk_platform.scoring.bundle_files import MODEL

_LOOK_SECONDS = 0.25


def conduct(name: str, machine: Machine, ground: Ground) -> Drill:
    """Change a byte of the model that leads, and see what services that start, and run, make of it.

    One that runs goes on with what it has. The courier finds the file changed at its next look and
    fetches the bundle anew; where it cannot, the file is put back.
    """
    model, cache = model_of(ground), ModelCache(machine.settings.models_folder)
    report = Reporter(name, ground, model)
    demand_running(ground)
    lead = cache.leads()
    if lead is None or lead.digest != model.digest:
        return report.skipped("the model that answers is not in this home")
    with _poisoned(cache, lead):
        began_at, is_refused = time.monotonic(), _is_refused(cache, lead)
        day = asyncio.run(_decided(ground, islice(ground.ordinary(), ground.before)))
        healed_at = _wait_until_whole(cache, lead, ground.patience_seconds)
    others = sum(one["model_digest"] != model.digest for one in day.record.decisions)
    observed = Observed(
        bad=Counts(sent=others, decided=others, decisions=others), ordinary=day.record.ordinary
    )
    seconds = None if healed_at is None else healed_at - began_at
    sentence = _sentence(is_refused=is_refused, others=others, seconds=seconds)
    is_well = is_refused and not others and day.record.ordinary.decided > 0
    verdict = Verdict.PREVENTED if is_well else Verdict.MISSED
    return report.found(verdict, sentence, seconds, observed)


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


def _is_refused(cache: ModelCache, lead: Lead) -> bool:
    """Read the bundle as every worker does that starts."""
    try:
        cache.load(lead)
    except BundleError:
        return True
    return False


async def _decided(ground: Ground, sent: Iterable[bytes]) -> Stretch:
    """Send applications, and return what was heard."""
    day = Stretch(ground)
    async with day.watched():
        await day.send(in_turn(ground.clients.applying, sent))
    return day


def _wait_until_whole(cache: ModelCache, lead: Lead, seconds: float) -> float | None:
    """Return when the bundle was whole again; ``None``: it was not for so long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if cache.holds(lead.digest):
            return time.monotonic()
        time.sleep(_LOOK_SECONDS)
    return None


def _sentence(*, is_refused: bool, others: int, seconds: float | None) -> str:
    """Say what became of the file."""
    started = "refused" if is_refused else "loaded"
    healed = "put back by hand" if seconds is None else f"brought anew after {seconds:.1f} s"
    return f"{started} by who starts, {others:,} decisions by another model, {healed}"

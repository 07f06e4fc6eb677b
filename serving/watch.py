"""The watch: gauges of what scores hang on, kept up to date whether or not anybody asks."""

import asyncio

from risk_platform.errors.handover import HandoverError
from risk_platform.handover.gate import Gate
from serving.metrics import DeskMetrics
from serving.service import ScoringService

LOOK_SECONDS = 1.0


async def watch(service: ScoringService, counted: DeskMetrics) -> None:
    """Look at champion and gate again and again, until cancelled."""
    while True:
        counted.model.set(service.champions.version)
        counted.gate.set(await asyncio.to_thread(_lets_out, service.gate))
        await asyncio.sleep(LOOK_SECONDS)


def _lets_out(gate: Gate) -> bool:
    """Say whether scores may leave; where nobody can tell they may not."""
    try:
        gate.state().demand_running()
    except HandoverError:
        return False
    return True

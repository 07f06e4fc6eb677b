"""Recovery: people put a platform right, and ordinary applications show whether it is."""

import asyncio
import time
from collections.abc import Iterator
from itertools import islice

from risk_platform.commands.drills.ground import Ground
from risk_platform.commands.drills.posts import in_turn
from risk_platform.commands.drills.stretch import Stretch
from risk_platform.commands.drills.traffic import Post
from risk_platform.evaluation.drills import Recovery

_PAUSE_SECONDS = 0.2


async def recover(ground: Ground, day: Stretch) -> Recovery | None:
    """Have people put right what a day has stopped, and send ordinary applications.

    ``None`` comes of a day on which nobody was stopped.
    """
    if not day.is_over and not day.record.suspended:
        return None
    for key_id in day.record.suspended:
        await asyncio.to_thread(ground.reinstate, key_id)
    if day.is_stopped:
        await asyncio.to_thread(ground.resume)
    resumed_at = time.monotonic()
    posts = in_turn(ground.clients.applying, ground.ordinary())
    decided_at = await _first_decision(ground, posts)
    after = Stretch(ground)
    async with after.watched():
        await after.send(islice(posts, ground.after))
    return Recovery(
        seconds=None if decided_at is None else decided_at - resumed_at,
        ordinary=after.record.ordinary,
        is_stopped_again=after.is_over or bool(after.record.suspended),
    )


async def _first_decision(ground: Ground, posts: Iterator[Post]) -> float | None:
    """Send ordinary applications one by one until one is decided; return when that was heard."""
    until = time.monotonic() + ground.recovery_seconds
    while time.monotonic() < until:
        one = Stretch(ground)
        await one.send([next(posts)])
        if one.record.first_decided_at is not None:
            return one.record.first_decided_at
        await asyncio.sleep(_PAUSE_SECONDS)
    return None

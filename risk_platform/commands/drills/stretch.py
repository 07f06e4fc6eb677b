"""A stretch of traffic, and the watch over it: what was sent and heard, and who was stopped."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Iterable
from contextlib import asynccontextmanager, suppress

from risk_platform.commands.drills.ground import Ground
from risk_platform.commands.drills.record import Record
from risk_platform.commands.drills.traffic import Answer, Client, Post, send
from risk_platform.commands.drills.watch import Watch
from risk_platform.evaluation.drills import Stop


class Stretch:
    """Traffic on a ground.

    Parameters
    ----------
    ground
        Where.
    senders
        Who is to be stopped: the stretch is over once they are, or scoring is; all if none is
        named.

    Attributes
    ----------
    record
        What clients heard.
    watch
        What an operator saw.
    """

    def __init__(self, ground: Ground, senders: Collection[Client] = ()) -> None:
        self._ground, self._over = ground, asyncio.Event()
        self.record = Record(senders or ground.clients.applying)
        self.watch = Watch(ground.url, ground.clients.watching, self._over.set)

    @asynccontextmanager
    async def watched(self) -> AsyncGenerator["Stretch"]:
        """Watch as long as the block runs."""
        async with self.watch.at_work():
            yield self

    @property
    def is_stopped(self) -> bool:
        """Whether scoring was stopped for all."""
        return self.record.stopped_at is not None or self.watch.stop is not None

    @property
    def is_over(self) -> bool:
        """Whether those were stopped that are to be."""
        return self._over.is_set()

    async def send(self, posts: Iterable[Post]) -> None:
        """Post applications until there are no more, or it is over."""
        ground = self._ground
        await send(ground.url, posts, ground.per_second, self._hear, self._over.is_set)

    async def wait(self, seconds: float) -> None:
        """Wait until it is over, for so long at most."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)

    def stop(self, began_at: float | None) -> Stop | None:
        """Return what was seen of a stop after what had begun at a moment; ``None``: nothing."""
        seen, alerted = self.watch.stop, self.watch.alerted_at
        known = [self.record.stopped_at, seen.heard_at if seen else None]
        at = min(filter(None, known), default=self.record.suspended_at)
        if began_at is None or at is None:
            return None
        of_key = not self.is_stopped
        last = self.record.suspended_last
        return Stop(
            seconds=max(at - began_at, 0.0),
            decisions=self.record.decided_since(began_at),
            of_key=of_key,
            by=seen.by if seen else "",
            reason=seen.reason if seen else "",
            rule=self._ground.suspended_by(last) if of_key else seen.rule if seen else "",
            alert_seconds=max(alerted - at, 0.0) if alerted is not None else None,
        )

    def _hear(self, answer: Answer) -> None:
        self.record.hear(answer)
        if self.record.is_over:
            self._over.set()

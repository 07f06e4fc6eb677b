"""The watch: looks at a service as who operates it does, by its serving state and its metrics."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

import httpx
from prometheus_client.parser import text_string_to_metric_families

from risk_platform.commands.drills.traffic import Client

LOOK_SECONDS = 0.25
# With every so many looks metrics are read too: once a second.
_LOOKS = 4
_PATIENCE_SECONDS = 5.0
_GAUGE = "risk_serving_running"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How the gate stood, and when that was heard, by the monotonic clock.

    Parameters
    ----------
    is_running, epoch, by, reason
        As the service tells.
    rule
        What set off its last move; empty where that is not told.
    heard_at
        When.
    """

    is_running: bool
    epoch: int
    by: str
    reason: str
    rule: str
    heard_at: float


class Watch:
    """Looks again and again, and remembers the first that it saw of a stop.

    Parameters
    ----------
    url, client
        The service, and who may ask it how it stands.
    stopped
        Is told when it is first seen that scoring does not run.

    Attributes
    ----------
    stop
        The first look at which scoring did not run; ``None``: it always did.
    alerted_at
        When metrics first told so.
    """

    def __init__(self, url: str, client: Client, stopped: Callable[[], None]) -> None:
        self._url, self._client, self._stopped = url, client, stopped
        self._known = asyncio.Event()
        self.stop: State | None = None
        self.alerted_at: float | None = None

    @asynccontextmanager
    async def at_work(self) -> AsyncGenerator["Watch"]:
        """Look as long as the block runs."""
        looking = asyncio.create_task(self._go_on())
        try:
            yield self
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def until_known(self, seconds: float) -> None:
        """Wait until metrics tell of the stop, and the service by what, for so long at most."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._known.wait(), seconds)

    async def _go_on(self) -> None:
        async with httpx.AsyncClient(
            base_url=self._url,
            headers=self._client.headers,
            timeout=_PATIENCE_SECONDS,
            trust_env=False,
        ) as service:
            looks = 0
            while True:
                # A service that is too busy, or restarts, is asked again.
                with suppress(httpx.HTTPError):
                    await self._look(service)
                    if looks % _LOOKS == 0:
                        await self._read_metrics(service)
                if self.alerted_at is not None and self.stop is not None and self.stop.rule:
                    self._known.set()
                looks += 1
                await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, service: httpx.AsyncClient) -> None:
        answer = await service.get("/serving-state")
        seen = state_of(answer.raise_for_status())
        if seen.is_running:
            return
        if self.stop is None:
            self.stop = seen
            self._stopped()
        elif not self.stop.rule:
            # A stop is known before its record is committed: what set it off is told later.
            self.stop = replace(seen, heard_at=self.stop.heard_at)

    async def _read_metrics(self, service: httpx.AsyncClient) -> None:
        answer = await service.get("/metrics")
        if self.alerted_at is None and not tells_running(answer.raise_for_status().text):
            self.alerted_at = time.monotonic()


def state_of(answer: httpx.Response) -> State:
    """Return what ``GET /serving-state`` told."""
    said = answer.json()
    return State(
        is_running=said["state"] == "running",
        epoch=said["epoch"],
        by=said["by"],
        reason=said["reason"],
        rule=said.get("move", {}).get("trigger", ""),
        heard_at=time.monotonic(),
    )


def tells_running(metrics: str) -> bool:
    """Return whether metrics in Prometheus' text form tell that scores are let out."""
    gauges = [one for one in text_string_to_metric_families(metrics) if one.name == _GAUGE]
    return any(sample.value > 0 for gauge in gauges for sample in gauge.samples)

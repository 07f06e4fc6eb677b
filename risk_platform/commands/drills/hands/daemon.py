"""Dead daemon: Dagster's daemon stands still, nothing renews the lease, and scoring is to end."""

import asyncio
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from risk_platform.commands.drills.ground import Ground, Reporter, demand_running, model_of
from risk_platform.commands.drills.hands.machine import Machine
from risk_platform.commands.drills.posts import in_turn
from risk_platform.commands.drills.recovery import recover
from risk_platform.commands.drills.stretch import Stretch
from risk_platform.commands.drills.traffic import Post
from risk_platform.evaluation.drills import Drill, Observed, judge_lease, time_to_detect

_PROGRAM = "dagster-daemon"
_ALERT_SECONDS, _TICK_SECONDS = 10.0, 1.0
# Nobody waits longer for the end of a lease.
_LONGEST_SECONDS = 900.0


def conduct(name: str, machine: Machine, ground: Ground) -> Drill:
    """Have the daemon stand still until scoring is stopped, and let it go on."""
    report = Reporter(name, ground, model_of(ground))
    demand_running(ground)
    daemons = daemons_of(machine.settings.root)
    if not daemons:
        return report.skipped("no daemon of this home is at work: start `risk-platform up`")
    if (lease := machine.gate.state().lease_seconds) > _LONGEST_SECONDS:
        return report.skipped(f"the lease lasts for {lease:.0f} s: RISK_LEASE_SECONDS shortens it")
    with standing_still(daemons):
        began_at = time.monotonic()
        # A tick that was under way may renew it once more.
        time.sleep(_TICK_SECONDS)
        ends_at = time.monotonic() + machine.gate.state().lease_seconds
        day = asyncio.run(_until_stopped(ground, ends_at))
    observed = Observed(
        bad=day.record.bad,
        ordinary=day.record.ordinary,
        stop=day.stop(began_at),
        recovery=asyncio.run(recover(ground, day)),
    )
    verdict, sentence = judge_lease(observed)
    return report.found(verdict, sentence, time_to_detect(observed, verdict), observed)


def daemons_of(root: Path) -> Sequence[psutil.Process]:
    """Return the processes of Dagster's daemon whose home is this one."""
    return [process for process in psutil.process_iter() if _is_daemon(process, str(root))]


@contextmanager
def standing_still(processes: Sequence[psutil.Process]) -> Generator[None]:
    """Let processes do nothing as long as the block runs."""
    try:
        for process in processes:
            process.suspend()
        yield
    finally:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.resume()


async def _until_stopped(ground: Ground, ends_at: float) -> Stretch:
    """Send ordinary applications until scoring is stopped; what comes after the end is bad."""
    day = Stretch(ground)
    async with day.watched():
        await day.send(_posts(ground, ends_at))
        if day.is_stopped:
            await day.watch.until_known(_ALERT_SECONDS)
    return day


def _posts(ground: Ground, ends_at: float) -> Iterator[Post]:
    for post in in_turn(ground.clients.applying, ground.ordinary()):
        now = time.monotonic()
        if now > ends_at + ground.patience_seconds:
            return
        yield Post(body=post.body, client=post.client, is_bad=now > ends_at)


def _is_daemon(process: psutil.Process, root: str) -> bool:
    with suppress(psutil.Error):
        is_program = any(Path(word).name == _PROGRAM for word in process.cmdline())
        return is_program and process.environ().get("RISK_HOME") == root
    return False

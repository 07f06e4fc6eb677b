"""Serving: our scoring service against an echo, and against what a user would pick instead.

All score the same applications by the same booster of 400 trees that read 60 inputs, one worker
each. They are measured in turn, round after round, and stand still in between, so that a noisy
moment of the machine hits all of them; a ratio is of one round. The peers get the inputs
ready-made; ours reads and checks an application, scores it, gives reasons to three in ten, and
answers once the decision is recorded. ``python -m benchmarks.serving ROUNDS SECONDS`` measures
longer, or shorter. wrk must be installed.
"""

import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from rich.progress import track

from benchmarks.contenders.contender import NoContenderError, Running, Start, Task, running
from benchmarks.contenders.echo import echo
from benchmarks.contenders.ours import on_postgresql, on_sqlite, swap, without_log
from benchmarks.contenders.peers import bentoml, mlflow, mlserver
from benchmarks.figures import show
from benchmarks.learnt import Learnt, learn
from benchmarks.load.open_loop import send_evenly
from benchmarks.load.wrk import Throughput, demand_wrk, keep_busy
from benchmarks.turns import Row, Turn, against, figures, speed_ratios
from risk_platform.features.definitions import INPUTS
from risk_platform.features.parse import parse_columns
from risk_platform.scoring.points import points
from risk_platform.scoring.policy import Verdict

LOANS, TREES, LEAVES, WIDTH = 20_000, 400, 31, 60
APPLICATIONS, REASONED = 100, 0.3
ROUNDS, SECONDS, WARM_UP_SECONDS = 5, 3, 1
CONNECTIONS, MOST = (1, 8, 64), 64
PER_SECOND = 200
BATCH, BATCH_CONNECTIONS, SWAPS = 1_000, 2, 3

ECHO, SQLITE, POSTGRESQL = "echo", "ours on SQLite", "ours on PostgreSQL"
CONTENDERS: Mapping[str, Start] = {
    ECHO: echo,
    "MLServer": mlserver,
    "BentoML": bentoml,
    "mlflow models serve": mlflow,
    "ours without log": without_log,
    SQLITE: on_sqlite,
    POSTGRESQL: on_postgresql,
}
# Which is to be how many times as fast as which.
RATIOS = (
    (SQLITE, ECHO, 0.30),
    (POSTGRESQL, ECHO, 0.25),
    (SQLITE, "MLServer", 2),
    (SQLITE, "BentoML", 4),
    (SQLITE, "mlflow models serve", 6),
)
# Without these nothing can be said.
NEEDED = {ECHO, SQLITE}

Servers = Mapping[str, Running]


def run(rounds: int = ROUNDS, seconds: int = SECONDS) -> None:
    """Measure and show."""
    demand_wrk()
    task = _task(learn(LOANS, TREES, LEAVES, WIDTH))
    missing: dict[str, Row] = {}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        scratch, servers = Path(folder), dict[str, Running]()
        for name, start in track(CONTENDERS.items(), "starting"):
            try:
                servers[name] = _started(name, start, task, scratch, stack)
            except NoContenderError as reason:
                if name in NEEDED:
                    raise
                missing[name] = {"missing": str(reason)}
        turns: dict[str, list[Turn]] = {name: [] for name in servers}
        for _ in track(range(rounds), "measuring"):
            for name, server in servers.items():
                turns[name].append(_turn(server, seconds, scratch))
        batches = [_batches(servers[SQLITE], seconds, scratch) for _ in range(rounds)]
        swapping = _swapping(servers[SQLITE], task, scratch)
    aims = {
        f"{ours} / {theirs}, {MOST} connections": against(
            f"at least {least}", speed_ratios(turns[ours], turns[theirs], MOST)
        )
        for ours, theirs, least in RATIOS
        if not missing.keys() & {ours, theirs}
    }
    show("serving", {name: figures(of) for name, of in turns.items()} | missing)
    show("serving_aims", aims | _other_aims(servers, turns, batches, swapping))


def _task(learnt: Learnt) -> Task:
    """Choose applications of which so many come with reasons, as they are not approved."""
    policy = learnt.bundle.policy
    pds = learnt.bundle.predict(parse_columns(INPUTS, learnt.applications)).tolist()
    verdicts = [policy.verdict(points(pd)) for pd in pds]
    doubted = [n for n, verdict in enumerate(verdicts) if verdict is not Verdict.APPROVE]
    approved = [n for n, verdict in enumerate(verdicts) if verdict is Verdict.APPROVE]
    reasoned = round(REASONED * APPLICATIONS)
    chosen = np.array(doubted[:reasoned] + approved[: APPLICATIONS - reasoned])
    mixed = np.random.default_rng(7).permutation(chosen)
    return Task(learnt, [learnt.applications[n] for n in mixed])


def _started(
    name: str,
    start: Start,
    task: Task,
    scratch: Path,
    stack: ExitStack,
) -> Running:
    folder = scratch / name.replace(" ", "-")
    folder.mkdir()
    given = stack.enter_context(start(task, folder))
    return stack.enter_context(running(given, folder / "said.log"))


def _turn(server: Running, seconds: int, scratch: Path) -> Turn:
    with server.at_work() as asked:
        keep_busy(asked.url, asked.bodies, 8, WARM_UP_SECONDS, scratch)
        busy = {
            connections: keep_busy(asked.url, asked.bodies, connections, seconds, scratch)
            for connections in CONNECTIONS
        }
        even = send_evenly(asked.port, asked.path, asked.bodies, PER_SECOND, 2 * seconds)
    return Turn(busy, even)


def _batches(server: Running, seconds: int, scratch: Path) -> Throughput:
    with server.at_work() as asked:
        applications = [*asked.bodies] * (BATCH // len(asked.bodies))
        body = b'{"applications":[' + b",".join(applications) + b"]}"
        return keep_busy(f"{asked.url}/batch", [body], BATCH_CONNECTIONS, seconds, scratch)


def _swapping(server: Running, task: Task, scratch: Path) -> Throughput:
    """Keep a server busy while one model after another takes the place of the one before."""
    with server.at_work() as asked, ThreadPoolExecutor(1) as pool:
        work = pool.submit(keep_busy, asked.url, asked.bodies, 8, 10 * SWAPS, scratch)
        for number in range(SWAPS):
            swap(asked, task.learnt.bundle, version=number + 2)
        assert not work.done(), "the models changed too slowly"
        return work.result()


def _other_aims(
    servers: Servers,
    turns: Mapping[str, list[Turn]],
    batches: list[Throughput],
    swapping: Throughput,
) -> dict[str, Row]:
    answers = servers[SQLITE].answers
    slow = {
        f"{name}, p99 ms at {PER_SECOND}/s": against(
            "at most 10", [turn.even.quantile(0.99) for turn in turns[name]]
        )
        for name in (SQLITE, POSTGRESQL)
        if name in turns
    }
    rows = [] if any(b.failed for b in batches) else [BATCH * b.per_second for b in batches]
    return slow | {
        f"{SQLITE}, rows/s in batches": against("at least 20,000", rows),
        f"{SQLITE}, failed of {swapping.answers:,} in {SWAPS} swaps": against(
            "0", [swapping.failed]
        ),
        "share of answers with reasons": against(
            str(REASONED), [np.mean([bool(answer["reasons"]) for answer in answers])]
        ),
    }


if __name__ == "__main__":
    run(*map(int, sys.argv[1:]))

"""Turns: what servers did when it was their turn, round by round, and the figures made of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.load.open_loop import Latency
from benchmarks.load.wrk import Throughput

Row = dict[str, float | str]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a server did in one round.

    Parameters
    ----------
    busy
        By number of connections: as many requests as it takes.
    even
        Requests at an even rate.
    """

    busy: Mapping[int, Throughput]
    even: Latency

    @property
    def failed(self) -> int:
        """Requests without an answer, and answers that say no."""
        return sum(of.failed for of in self.busy.values()) + self.even.failed


def figures(turns: Sequence[Turn]) -> Row:
    """Return what a server does, in the median of its rounds; nothing where any request failed."""
    if failed := sum(turn.failed for turn in turns):
        return {"failed": failed}
    most = max(turns[0].busy)
    speeds = {
        f"{connections}: /s": _median(turn.busy[connections].per_second for turn in turns)
        for connections in turns[0].busy
    }
    return {
        **speeds,
        f"{most}: p50 ms": _median(turn.busy[most].p50_ms for turn in turns),
        f"{most}: p99 ms": _median(turn.busy[most].p99_ms for turn in turns),
        "even: p50 ms": _median(turn.even.quantile(0.5) for turn in turns),
        "even: p99 ms": _median(turn.even.quantile(0.99) for turn in turns),
        "failed": failed,
    }


def speed_ratios(ours: Sequence[Turn], theirs: Sequence[Turn], connections: int) -> list[float]:
    """Return how fast one server is in units of another, round by round; none where any failed."""
    if any(turn.failed for turn in (*ours, *theirs)):
        return []
    pairs = zip(ours, theirs, strict=True)
    return [
        our.busy[connections].per_second / their.busy[connections].per_second
        for our, their in pairs
    ]


def against(aim: str, found: Sequence[float]) -> Row:
    """Return a row of what was found, in the median and at most, beside what it is to be."""
    if not found:
        return {"aim": aim}
    return {"median": _median(found), "lowest": min(found), "highest": max(found), "aim": aim}


def _median(values: Iterable[float]) -> float:
    return float(np.median([*values]))

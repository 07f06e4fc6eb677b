"""Figures: of a server that failed there are none."""

from benchmarks.load.open_loop import Latency
from benchmarks.load.wrk import Throughput
from benchmarks.turns import Turn, against, figures, speed_ratios


def turn(answers: int, failed: int = 0) -> Turn:
    """Return a turn of a second."""
    busy = {64: Throughput(answers, 1.0, failed, 5.0, 9.0)}
    return Turn(busy, Latency([1.0, 2.0, 3.0], 0))


def test_ratios_are_of_one_round() -> None:
    """A moment that slowed both servers down changes nothing."""
    assert speed_ratios([turn(300), turn(30)], [turn(900), turn(90)], 64) == [1 / 3, 1 / 3]


def test_a_server_that_answered_errors_has_no_figure() -> None:
    """How many it answered stands there, and no ratio is made of it."""
    assert figures([turn(300), turn(300, failed=1)]) == {"failed": 1}
    assert speed_ratios([turn(300)], [turn(900, failed=1)], 64) == []
    assert against("at least 1", []) == {"aim": "at least 1"}


def test_figures_are_medians() -> None:
    """One round that was disturbed moves them little."""
    assert figures([turn(300), turn(20), turn(310)])["64: /s"] == 300

"""wrk: what it is told to send arrives, and what it says is read."""

import shutil
from pathlib import Path

import pytest

from benchmarks.load.wrk import Throughput, keep_busy, read_summary
from risk_platform_tests.benchmarks.small_servers import REFUSED, listening

SAID = """Running 5s test @ http://127.0.0.1:8000/predict
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     8.05ms    2.11ms  40.30ms   88.41%
    Req/Sec     8.01k   560.00     9.01k    76.00%
  39998 requests in 5.01s, 81.21MB read
  Non-2xx or 3xx responses: 7
Requests/sec:   7983.63
Transfer/sec:     16.21MB
{"answers": 39998, "seconds": 5.010000, "failed": 7, "p50_ms": 7.985, "p99_ms": 17.620}
"""

needs_wrk = pytest.mark.skipif(
    shutil.which("wrk") is None, reason="wrk is not installed: the Debian package wrk has it"
)


def test_the_last_line_tells_what_came_of_it() -> None:
    """Answers, seconds, failures and quantiles."""
    found = read_summary(SAID)
    assert found == Throughput(39_998, 5.01, 7, 7.985, 17.62)
    assert found.per_second == pytest.approx(7_983.63, abs=0.01)


@needs_wrk
def test_all_bodies_are_sent(tmp_path: Path) -> None:
    """In turn, by the headers of JSON."""
    bodies = [f'{{"number": {number}}}'.encode() for number in range(7)]
    with listening() as (listener, port):
        found = keep_busy(f"http://127.0.0.1:{port}/", bodies, 2, 1, tmp_path)
    assert found.failed == 0
    assert found.answers > len(bodies)
    assert {*listener.heard} == {*bodies}


@needs_wrk
def test_what_says_no_counts_as_failed(tmp_path: Path) -> None:
    """About every second answer here."""
    with listening() as (_, port):
        found = keep_busy(f"http://127.0.0.1:{port}/", [b"1", REFUSED], 1, 1, tmp_path)
    assert found.failed == pytest.approx(found.answers / 2, abs=1)

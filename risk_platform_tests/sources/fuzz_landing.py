"""``python -m risk_platform_tests.sources.fuzz_landing 100000``: land as many damaged files.

A fault is printed with the seed of its mutant, and the file is kept; ``--first`` goes on where
another run has ended.
"""

import argparse
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from risk_platform_tests.sources.mutation import fault_of, mutant, original

AT_ONCE = 200


def endings(seeds: Iterable[int], kept: Path) -> tuple[Counter[str], list[str]]:
    """Land mutants; return how often each ending was met, and a line for each fault."""
    good = original()
    met: Counter[str] = Counter()
    faults = []
    with tempfile.TemporaryDirectory() as scratch:
        for seed in seeds:
            damaged = mutant(good, seed)
            try:
                ending, fault = fault_of(good, damaged, Path(scratch) / "mutant")
            except Exception as error:  # noqa: BLE001 - whatever is raised is what is looked for
                ending = type(error).__name__
                fault = "".join(traceback.format_exception_only(error)).strip()
            met[ending] += 1
            if fault:
                faults.append(f"seed {seed}: {ending}: {fault}")
                (kept / f"mutant-{seed}.csv").write_bytes(damaged.content)
    return met, faults


def pieces(first: int, count: int) -> Iterator[range]:
    """Yield seeds, some hundred at once."""
    for start in range(first, first + count, AT_ONCE):
        yield range(start, min(start + AT_ONCE, first + count))


def main() -> int:
    """Land them, and return 1 where a fault was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kept", type=Path, default=Path("mutants"), help="for what has a fault")
    asked = parser.parse_args()
    asked.kept.mkdir(parents=True, exist_ok=True)
    met: Counter[str] = Counter()
    faulty = 0
    with ProcessPoolExecutor(asked.workers) as pool:
        work = pool.map(partial(endings, kept=asked.kept), pieces(asked.first, asked.count))
        for some, faults in work:
            met += some
            faulty += len(faults)
            sys.stdout.write("".join(f"{line}\n" for line in faults))
            sys.stdout.write(f"{met.total():,} mutants, {faulty:,} faults; {dict(met)}\n")
            sys.stdout.flush()
    return int(faulty > 0)


if __name__ == "__main__":
    sys.exit(main())

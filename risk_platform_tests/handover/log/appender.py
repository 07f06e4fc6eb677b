"""A process that logs decisions until it is killed, and says which ones are committed.

Told to be ``hasty``, it is the unsafe twin: it says so when it hands them over.
"""

import sys
from collections.abc import Sequence

from risk_platform.errors.handover import OverloadedError
from risk_platform.handover.log.decisions import Appended, DecisionLog, Outcome
from risk_platform.handover.log.writer import Settled, Writer
from risk_platform.handover.store import open_store
from risk_platform_tests.handover.log.decided import decision


def say(ids: Sequence[str]) -> None:
    """Acknowledge decisions, in one write."""
    sys.stdout.write("".join(f"{one}\n" for one in ids))
    sys.stdout.flush()


def main(url: str, manner: str) -> None:
    """Log for ever."""
    is_hasty = manner == "hasty"

    def settle(settled: list[Settled[str]]) -> None:
        if not is_hasty:
            say([one for one, what in settled if isinstance(what, Appended)])
            assert all(isinstance(what, Appended) for _, what in settled), settled
            assert {what.outcome for _, what in settled} == {Outcome.STORED}  # pyright: ignore[reportAttributeAccessIssue]

    writer = Writer(DecisionLog(open_store(url)).append, settle)
    while True:
        made = decision()
        try:
            writer.submit([made], made.id)
        except OverloadedError:
            continue
        if is_hasty:
            say([made.id])


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Anchors alongside the chain: those that an audit needs while it is at one page of seals."""

import bisect
from collections.abc import Iterator, Sequence

from risk_platform.handover.log.ages import CLOCKS_APART_US
from risk_platform.handover.log.anchors import Anchor
from risk_platform.handover.log.seals import Seal

# Where in the chain, and what is wrong there.
Fault = tuple[int, str]


class Alongside:
    """Anchors, kept from the last one before a page to the first one at its end or behind it.

    Parameters
    ----------
    anchors
        In the order of their positions.
    """

    def __init__(self, anchors: Iterator[Anchor]) -> None:
        self._anchors, self._near = anchors, list[Anchor]()
        self.first = self._ahead = next(anchors, None)

    def faults(self, page: Sequence[Seal]) -> Iterator[Fault]:
        """Go on to a page, and yield where it is not what was anchored, or older than it can be."""
        self._go_on(page[-1].position)
        hashes = {seal.position: seal.hash for seal in page}
        for anchor in self._near:
            position, anchored = anchor.head.position, anchor.head.hash
            if position >= page[0].position and hashes.get(position) != anchored:
                yield position, "the chain up to here is not the one that was anchored"
        yield from self._older_than_anchors(page)

    def after(self, position: int) -> Anchor | None:
        """Return the first anchor that covers a position of the page; ``None``: none does."""
        at = self._index(position)
        return self._near[at] if at < len(self._near) else self._ahead

    def _older_than_anchors(self, page: Sequence[Seal]) -> Iterator[Fault]:
        """Yield which seals say that their row was there when the anchor before it was written."""
        passed, earliest_us = 0, 0
        for seal in page:
            while passed < len(self._near) and self._near[passed].head.position < seal.position:
                earliest_us = self._near[passed].at_us - CLOCKS_APART_US
                passed += 1
            if seal.since_us is not None and seal.since_us < earliest_us:
                yield seal.position, "its seal says that it is older than the anchor before it"

    def _index(self, position: int) -> int:
        return bisect.bisect_left(self._near, position, key=lambda anchor: anchor.head.position)

    def _go_on(self, position: int) -> None:
        del self._near[:-1]
        while self._ahead and self._ahead.head.position <= position:
            self._near.append(self._ahead)
            self._ahead = next(self._anchors, None)

"""Ranges of whole numbers, as text: ``1-5000 5002-9000``."""

import bisect
from collections.abc import Iterable
from typing import Generic, TypeVar

Said = TypeVar("Said")


class Ranges(Generic[Said]):
    """Numbers, kept as ranges, and what was said of each."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._spans: list[tuple[int, Said]] = []

    def add(self, text: str, said: Said) -> None:
        """Add what ``written`` gave; raise ``ValueError`` where it did not."""
        for span in text.split():
            first, last = map(int, span.split("-"))
            before = bisect.bisect_right(self._firsts, first) - 1
            if before >= 0 and self._spans[before] == (first - 1, said):
                self._spans[before] = (last, said)
            else:
                self._firsts.insert(before + 1, first)
                self._spans.insert(before + 1, (last, said))

    def get(self, number: int) -> Said | None:
        """Return what was said of a number; ``None``: it is not among them."""
        before = bisect.bisect_right(self._firsts, number) - 1
        if before < 0:
            return None
        last, said = self._spans[before]
        return said if number <= last else None


def written(numbers: Iterable[int]) -> str:
    """Return numbers, in ascending order, as ranges."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return " ".join(f"{first}-{last}" for first, last in spans)

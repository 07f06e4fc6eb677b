"""Ranges of whole numbers, as text: ``1-5000 5002-9000``."""

import bisect
from collections.abc import Iterable


class Ranges:
    """Numbers, kept as ranges.

    Parameters
    ----------
    texts
        As ``written`` gives them.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        spans = (span.split("-") for text in texts for span in text.split())
        self._spans = sorted((int(span[0]), int(span[-1])) for span in spans)

    def __contains__(self, number: int) -> bool:
        at = bisect.bisect_right(self._spans, number, key=lambda span: span[0])
        return at > 0 and number <= self._spans[at - 1][1]


def written(numbers: Iterable[int]) -> str:
    """Return numbers, in ascending order, as ranges."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return " ".join(f"{first}-{last}" for first, last in spans)

"""What a golden loan is."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Golden:
    """An awkward loan and what its features ought to be.

    Parameters
    ----------
    name
        What is awkward about it; unique.
    changes
        Raw texts in which it differs from ``RAW_LOAN``; an empty text is a field left empty.
    expected
        The features that the awkwardness touches: a number, a category's word, or ``None`` for
        unknown. Worked out by hand, never by the code under test.
    why
        The arithmetic or the rule, where it is not plain.
    """

    name: str
    changes: Mapping[str, str]
    expected: Mapping[str, float | str | None]
    why: str = ""

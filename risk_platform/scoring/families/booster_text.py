"""LightGBM's text of a booster, as far as reasons need it: its trees, fork by fork.

Version 4 of the text: a head of ``key=value`` lines, then a block for each tree, whose lists name
forks first and leaves apart from them; a child below 0 is a leaf, counted from -1 downwards.
"""

import math
from collections.abc import Mapping, Sequence

from risk_platform.errors.models import UnreadableBundleError
from risk_platform.scoring.families.quadrature import DECISIONS, IS_CATEGORY, WORD_BITS
from risk_platform.scoring.families.texts import must
from risk_platform.scoring.families.trees import Fork, Leaf, Tree

_Lines = Mapping[str, str]
# The log-odds of default are the sum of the trees: no other objective, no mean, no linear leaves.
_OBJECTIVE = "binary sigmoid:1"


def trees_of(text: str, width: int) -> list[Tree]:
    """Read a booster's trees.

    Parameters
    ----------
    text
        What LightGBM wrote.
    width
        How many columns there are to split by.

    Raises
    ------
    UnreadableBundleError
        Its trees do not add up to log-odds, or are none.
    """
    head, *blocks = text.partition("\nend of trees")[0].split("\n\nTree=")
    told = _lines(head)
    must(told.get("objective") == _OBJECTIVE, f"the booster's objective is not {_OBJECTIVE}")
    must("average_output" not in told, "the booster's trees are no sum")
    try:
        return [_tree(_lines(block), width) for block in blocks]
    except (ValueError, KeyError, IndexError, OverflowError) as error:
        raise UnreadableBundleError(f"a tree of the booster: {error}") from error


def _lines(block: str) -> _Lines:
    return {key: value for key, _, value in (line.partition("=") for line in block.splitlines())}


def _tree(lines: _Lines, width: int) -> Tree:
    must(lines.get("is_linear", "0") == "0", "a leaf of the booster is a line")
    values = _floats(lines["leaf_value"])
    if len(values) == 1:
        return [Leaf(values[0], 1.0)]
    loans = _floats(lines["leaf_count"])
    leaves = [Leaf(value, many) for value, many in zip(values, loans, strict=True)]
    asked = _forks(lines, len(leaves) - 1)
    must(all(map(math.isfinite, values)), "a leaf of the booster gives no number")
    must(all(0 <= fork.column < width for fork in asked), "the booster splits by no column")
    must(
        all(0 <= fork.decision < DECISIONS for fork in asked), "the booster splits in no known way"
    )
    return [*asked, *leaves]


def _forks(lines: _Lines, forks: int) -> list[Fork]:
    limits = _floats(lines["threshold"])
    decisions = _ints(lines["decision_type"])
    columns = zip(
        _ints(lines["split_feature"]),
        decisions,
        limits,
        _codes(lines, decisions, limits),
        # The leaves come after the forks.
        (child if child >= 0 else forks - 1 - child for child in _ints(lines["left_child"])),
        (child if child >= 0 else forks - 1 - child for child in _ints(lines["right_child"])),
        strict=True,
    )
    return [Fork(*fork) for fork in columns]


def _codes(lines: _Lines, decisions: Sequence[int], limits: Sequence[float]) -> list[int]:
    """Return for each fork the codes that go left, as bits; 0 where it splits a number."""
    ends = _ints(lines.get("cat_boundaries", ""))
    words = _ints(lines.get("cat_threshold", ""))
    must(all(0 <= word < 1 << WORD_BITS for word in words), "the booster's codes are no words")
    found: list[int] = []
    for decision, limit in zip(decisions, limits, strict=True):
        if not decision & IS_CATEGORY:
            found.append(0)
            continue
        # The limit of a category is the place of its words.
        first, end = ends[int(limit)], ends[int(limit) + 1]
        found.append(sum(word << (WORD_BITS * at) for at, word in enumerate(words[first:end])))
    return found


def _floats(values: str) -> list[float]:
    return [float(value) for value in values.split()]


def _ints(values: str) -> list[int]:
    return [int(value) for value in values.split()]

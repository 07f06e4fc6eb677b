"""Ids tell when they were made, and what is none of them tells nothing."""

import uuid

import pytest

from risk_platform.handover.clock import now_us
from risk_platform.handover.ids import made_ms, new_id


def test_an_id_tells_when_it_was_made() -> None:
    """To the millisecond."""
    before = now_us() // 1_000
    made = made_ms(new_id())
    assert made is not None
    assert before <= made <= now_us() // 1_000


@pytest.mark.parametrize("other", ["", "loan 7", "7", str(uuid.UUID(int=1, version=4))])
def test_what_is_no_such_id_tells_nothing(other: str) -> None:
    """Nor does an id of another kind, whose bits are no time."""
    assert made_ms(other) is None

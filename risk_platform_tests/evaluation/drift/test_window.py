"""No key has more than its share of a window."""

import numpy as np
import pytest

from risk_platform.evaluation.drift.window import LARGEST_SHARE, Window, fair


def window_of(**decisions: int) -> Window:
    """Return a window of so many decisions of each key, in turn as they come."""
    keys = np.repeat(np.array([*decisions], np.object_), [*decisions.values()])
    keys = np.random.default_rng(0).permutation(keys)
    numbers = np.arange(len(keys), dtype=np.float64)
    return Window(
        inputs={"dti": numbers},
        pds=numbers / max(len(keys), 1),
        approved=np.ones(len(keys), np.bool_),
        imputed=np.zeros(len(keys)),
        keys=keys,
    )


def shares(window: Window) -> dict[str, float]:
    """Return the share of each key that is left."""
    return fair(window).shares


@pytest.mark.parametrize(
    "decisions",
    [
        {"a": 3_000, "b": 700, "c": 700, "d": 700, "e": 700, "f": 700},
        {"a": 9_000, "b": 9_000, "c": 10, "d": 10, "e": 10, "f": 10, "g": 10},
        {"a": 5_000, "b": 10, "c": 10},
        {"a": 5_000, "b": 4_999},
        dict.fromkeys("abcdefgh", 100),
    ],
)
def test_no_key_has_more_than_a_fifth_or_an_equal_share(decisions: dict[str, int]) -> None:
    """And no more is left out than that takes."""
    window = window_of(**decisions)
    most = max(LARGEST_SHARE, 1 / len(decisions))
    left = shares(window)
    assert max(left.values()) <= most + 1e-9
    assert set(left) == set(decisions)
    untouched = [key for key, many in decisions.items() if many <= most * fair(window).loans]
    kept = {key: share * fair(window).loans for key, share in left.items()}
    assert all(round(kept[key]) == decisions[key] for key in untouched)
    assert max(kept.values()) > most * fair(window).loans - 1 or len(window.pds) == sum(
        kept.values()
    )


@pytest.mark.parametrize(
    ("decisions", "left"),
    [
        ({"a": 1_995, "b": 5}, {"a": 1_995, "b": 5}),
        ({"a": 5_000, "b": 5}, {"a": 1_995, "b": 5}),
        ({"a": 5_000, "b": 4_000, "c": 10}, {"a": 995, "b": 995, "c": 10}),
        ({"a": 900, "b": 5}, {"a": 900, "b": 5}),
    ],
)
def test_what_it_takes_to_judge_is_left(decisions: dict[str, int], left: dict[str, int]) -> None:
    """However large a client is beside a small one."""
    keys = fair(window_of(**decisions), fewest=2_000).keys.tolist()
    assert {key: keys.count(key) for key in decisions} == left


def test_one_key_alone_keeps_all() -> None:
    """There is nobody whom it could stop but itself."""
    assert fair(window_of(a=500)).loans == 500
    assert fair(window_of()).loans == 0


def test_what_is_left_is_spread_evenly_and_in_order() -> None:
    """Of each tenth of a key's decisions about as many remain; the rows stay whole."""
    window = fair(window_of(a=5_000, b=250, c=250, d=250, e=250, f=250))
    rows = window.inputs["dti"][window.keys == "a"]
    np.testing.assert_array_equal(np.sort(rows), rows)
    tenths, _ = np.histogram(rows, bins=10, range=(0, 6_250))
    assert tenths.min() >= 0.7 * tenths.mean()
    np.testing.assert_allclose(window.pds, window.inputs["dti"] / 6_250)


def test_the_same_seed_leaves_out_the_same() -> None:
    """Another seed another part."""
    window = window_of(a=900, b=100, c=100)
    one, again, other = (fair(window, seed=seed).inputs["dti"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)

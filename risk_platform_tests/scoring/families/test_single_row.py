"""One row at a time by LightGBM's C API: the same bits, in any thread, and nothing left behind."""

import ctypes
import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import lightgbm as lgb
import numpy as np
import pytest

from risk_platform.scoring.families.boosted import BoostedTrees
from risk_platform.scoring.families.library import Booster
from risk_platform.scoring.families.single_row import SingleRow
from risk_platform_tests.scoring.families.boosters import NAMES, booster, odd_loans

LOANS = odd_loans(5, 2_000)


@pytest.fixture(scope="module")
def made() -> lgb.Booster:
    """Return a booster."""
    return booster(1, trees=60, num_leaves=20)


def test_a_row_has_the_bits_of_lightgbms_own_predict(made: lgb.Booster) -> None:
    """2,000 loans, with unknown values and categories, asked from eight threads at once."""
    model = BoostedTrees(made.model_to_string(), NAMES)
    together = threading.Barrier(8)

    def scores(_: int) -> list[float]:
        together.wait(30)
        return [float(model.predict(LOANS[row : row + 1])[0]) for row in range(len(LOANS))]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(scores, range(8)))
    expected = np.asarray(made.predict(LOANS, num_threads=1))
    np.testing.assert_array_equal(np.array(found), np.tile(expected, (8, 1)))


def test_what_a_thread_was_given_goes_with_it(made: lgb.Booster) -> None:
    """LightGBM's memory for it is freed when the thread ends."""
    model = BoostedTrees(made.model_to_string(), NAMES)
    kept: list[weakref.ref[SingleRow]] = []

    def ask() -> None:
        model.predict(LOANS[:1])
        kept.append(weakref.ref(model._single_row))  # noqa: SLF001

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(30)
    gc.collect()
    assert kept[0]() is None


def grown(made: lgb.Booster, *, forget: bool) -> int:
    """Return by how many bytes this process grows over thousands of them."""
    rows: list[SingleRow] = []
    of_ours = Booster(made.model_to_string())
    before = taken()
    for _ in range(20_000):
        row = SingleRow(of_ours, len(NAMES))
        row.predict(LOANS[0])
        if forget:
            row._free.detach()  # noqa: SLF001
        rows[:] = [row]
    return taken() - before


class MallInfo(ctypes.Structure):
    """What glibc's allocator tells of itself, ``mallinfo2(3)``."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


def taken() -> int:
    """Return how many bytes were asked of the allocator and not given back.

    What the process holds would not do: it may hold enough from before.
    """
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = MallInfo
    told = mallinfo()
    return told.uordblks + told.hblkhd


def test_nothing_is_left_behind(made: lgb.Booster) -> None:
    """Thousands come and go in the same memory; the twin that does not free them fills it."""
    grown(made, forget=False)
    assert grown(made, forget=False) < 3_000_000 < grown(made, forget=True)

"""LightGBM's C library, as far as boosters are read and asked.

Its Python package stays away from what scores: it would bring scikit-learn, SciPy and pandas into
each process, which are seconds of its start and most of its memory. The results have the same bits.
"""

import ctypes
import weakref
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from risk_platform.errors.models import LightGBMError

# Of LightGBM's C API: probabilities are wanted, of doubles, which lie row by row, by all trees.
NORMAL, FLOAT64, ALL = 0, 1, -1
ONE_THREAD = b"num_threads=1"
_ROW_BY_ROW, _BY_GAIN = 1, 1

Floats = NDArray[np.float64]


def _file() -> str:
    """Return where the package keeps it, on whichever system."""
    package = find_spec("lightgbm")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("No module named 'lightgbm'")
    (file,) = Path(package.origin).parent.glob("*/lib_lightgbm.*")
    return str(file)


# The same library twice: by the one, Python's lock is given up meanwhile; by the other it is held,
# for what takes less time than another thread's turn, which may be 5 ms.
GIVING = ctypes.CDLL(_file())
HOLDING = ctypes.PyDLL(_file())
GIVING.LGBM_GetLastError.restype = ctypes.c_char_p


def check(status: int) -> None:
    """Raise what LightGBM says is wrong; each call of it returns such a status."""
    if status:
        raise LightGBMError(GIVING.LGBM_GetLastError().decode())


class Booster:
    """A booster in LightGBM's memory, which is freed with this object.

    Parameters
    ----------
    text
        As LightGBM writes it.

    Raises
    ------
    LightGBMError
        It reads no booster there. So do all methods, where it fails.

    Attributes
    ----------
    handle
        What the library knows it by.
    """

    def __init__(self, text: str) -> None:
        self.handle = ctypes.c_void_p()
        trees = ctypes.c_int()
        check(
            GIVING.LGBM_BoosterLoadModelFromString(
                ctypes.c_char_p(text.encode()), ctypes.byref(trees), ctypes.byref(self.handle)
            )
        )
        weakref.finalize(self, _free, self.handle)

    def features(self) -> tuple[str, ...]:
        """Return the names of what it reads, in their order."""
        count, longest = self._names(0, 0, None)
        buffers = [ctypes.create_string_buffer(longest) for _ in range(count)]
        places = (ctypes.c_char_p * count)(*map(ctypes.addressof, buffers))
        self._names(count, longest, places)
        return tuple(buffer.value.decode() for buffer in buffers)

    def gains(self, features: int) -> Floats:
        """Return by how much the splits of each of so many features made it better."""
        found = np.empty(features)
        asked = ctypes.c_int(ALL), ctypes.c_int(_BY_GAIN)
        check(GIVING.LGBM_BoosterFeatureImportance(self.handle, *asked, pointer(found)))
        return found

    def predict(self, features: Floats) -> Floats:
        """Return scores between 0 and 1, shape (n,), of features of shape (n, inputs).

        By one thread: handing work to others costs more than it saves, up to thousands of loans.
        """
        rows, scores = np.ascontiguousarray(features, np.float64), np.empty(len(features))
        length = ctypes.c_int64()
        check(
            GIVING.LGBM_BoosterPredictForMat(
                self.handle,
                pointer(rows),
                ctypes.c_int(FLOAT64),
                ctypes.c_int32(rows.shape[0]),
                ctypes.c_int32(rows.shape[1]),
                ctypes.c_int(_ROW_BY_ROW),
                ctypes.c_int(NORMAL),
                ctypes.c_int(0),
                ctypes.c_int(ALL),
                ctypes.c_char_p(ONE_THREAD),
                ctypes.byref(length),
                pointer(scores),
            )
        )
        return scores

    def _names(
        self, count: int, size: int, places: "ctypes.Array[ctypes.c_char_p] | None"
    ) -> tuple[int, int]:
        """Write so many names of so many bytes, and return how many and how long there are."""
        there, longest = ctypes.c_int(), ctypes.c_size_t()
        check(
            GIVING.LGBM_BoosterGetFeatureNames(
                self.handle,
                ctypes.c_int(count),
                ctypes.byref(there),
                ctypes.c_size_t(size),
                ctypes.byref(longest),
                places,
            )
        )
        return there.value, longest.value


def pointer(values: Floats) -> ctypes.c_void_p:
    """Return where an array's numbers are, for as long as it is kept."""
    return values.ctypes.data_as(ctypes.c_void_p)


def _free(handle: ctypes.c_void_p) -> None:
    check(GIVING.LGBM_BoosterFree(handle))

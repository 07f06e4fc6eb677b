"""Odd records: those that cannot be judged by their fields, handed on while the file is read.

A file may hold nothing else, so neither their texts nor the bytes that they were cut out of are
kept to its end. Arrow's thread meets them, another numbers the rest, a third judges those.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from risk_platform.sources.places import Place, Places

# What is looked up, and held as text, at a time.
AT_A_TIME = 4096
_INT64 = "q"


@dataclass(frozen=True, slots=True)
class Odd:
    """A record that cannot be judged by its fields: of another width, or no text.

    Parameters
    ----------
    number
        Its place in the file, from 1.
    reason
        Why it is no loan or is set aside.
    place
        Where it stands; what is no text in it, as far as it can be read.
    """

    number: int
    reason: str
    place: Place


HandOn = Callable[[Sequence[Odd]], None]


class OddRecords:
    """The odd records of a file, and the numbers of the others.

    Parameters
    ----------
    places
        Where the records stand.
    hand_on
        Told of some of them at a time, by whatever thread.
    """

    def __init__(self, places: Places, hand_on: HandOn) -> None:
        self._places, self._hand_on = places, hand_on
        self._lock = Lock()
        #: How many records had another width so far.
        self.malformed = 0
        # Met and not yet looked up; their numbers are many where each is short.
        self._met, self._reasons = array(_INT64), list[str]()
        # Of another width, after the last record that is known.
        self._skipped = array(_INT64)
        self._last = 0
        self._unjudged = 0

    def skip(self, number: int, reason: str) -> None:
        """Meet a record of another width."""
        with self._lock:
            self.malformed += 1
            self._skipped.append(number)
            self._met.append(number)
            self._reasons.append(reason)

    def mark(self, numbers: Sequence[int], reason: str) -> None:
        """Meet records that have the width of the header."""
        with self._lock:
            self._met.extend(numbers)
            self._reasons += [reason] * len(numbers)

    def number(self, count: int) -> NDArray[np.int64]:
        """Return the numbers of the next well-formed records, which are then to be judged."""
        with self._lock:
            skipped = np.array(self._skipped, np.int64)
            following = np.arange(count + len(skipped)) + self._last + 1
            numbers = following[~np.isin(following, skipped)][:count]
            if count:
                self._last = int(numbers[-1])
                self._skipped = array(_INT64, skipped[skipped > self._last].tolist())
            self._unjudged += 1
            return numbers

    def judged(self) -> None:
        """Hear that the records that were numbered first are judged, and need no place."""
        with self._lock:
            self._unjudged -= 1

    def relieve(self) -> None:
        """Look up those that were met, hand them on, and forget what nobody will ask for."""
        with self._lock:
            met, reasons = self._met, self._reasons
            self._met, self._reasons = array(_INT64), []
            for start in range(0, len(met), AT_A_TIME):
                some = slice(start, start + AT_A_TIME)
                places = self._places.find(met[some])
                self._hand_on([*map(Odd, met[some], reasons[some], places)])
            self._pass_over()

    def _pass_over(self) -> None:
        """Go on to the last record before which, from the last known one, all are odd."""
        skipped = np.array(self._skipped, np.int64)
        is_next = skipped == np.arange(len(skipped)) + self._last + 1
        count = len(skipped) if is_next.all() else int(is_next.argmin())
        self._last += count
        del self._skipped[:count]
        if not self._unjudged:
            self._places.forget(self._last + 1)

"""Languages: texts in each of them, and how each writes numbers and times."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple


class Language(StrEnum):
    """What the tower speaks."""

    ENGLISH = "en"
    SPANISH = "es"


NAMES = {Language.ENGLISH: "English", Language.SPANISH: "Español"}
# Three letters a month.
_MONTHS = {
    Language.ENGLISH: "JanFebMarAprMayJunJulAugSepOctNovDec",
    Language.SPANISH: "enefebmarabrmayjunjulagosepoctnovdic",
}
_UPTO = {Language.ENGLISH: "to", Language.SPANISH: "a"}
# A comma where English has a point, and the other way round.
_SWAPPED = str.maketrans(",.", ".,")
_MINUTE, _HOUR = 60, 3_600
_MILLION = 1_000_000


class Text(NamedTuple):
    """Something that is said, with places for values in braces."""

    en: str
    es: str

    def said(self, language: Language, **values: object) -> str:
        """Return it in a language."""
        return (self.es if language is Language.SPANISH else self.en).format(**values)


class Speech:
    """How one language says things.

    Parameters
    ----------
    language
        Which.
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, text: Text, **values: object) -> str:
        """Return a text."""
        return text.said(self.language, **values)

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with so many digits behind the point."""
        return self._swapped(f"{value:,.{digits}f}")

    def signed(self, value: float, digits: int = 0) -> str:
        """Return a number with its sign: a difference."""
        return self._swapped(f"{value:+,.{digits}f}")

    def share(self, value: float, digits: int = 1) -> str:
        """Return a share, 0 to 1, as a percentage."""
        return f"{self.number(100 * value, digits)}\u00a0%"

    def usd(self, value: float) -> str:
        """Return an amount in whole USD, or in millions of them."""
        if abs(value) >= _MILLION:
            return f"{self.number(value / _MILLION, 2)} M USD"
        return f"{self.number(value)} USD"

    def interval(self, low: float, high: float, digits: int = 3) -> str:
        """Return an interval of figures."""
        return f"{self.number(low, digits)} {_UPTO[self.language]} {self.number(high, digits)}"

    def shares(self, low: float, high: float, digits: int = 1) -> str:
        """Return an interval of shares as percentages."""
        return f"{self.interval(100 * low, 100 * high, digits)}\u00a0%"

    def moment(self, at: datetime) -> str:
        """Return a moment to the minute, in UTC."""
        at = at.astimezone(UTC)
        month = _MONTHS[self.language][3 * at.month - 3 : 3 * at.month]
        return f"{at.day} {month} {at.year} {at:%H:%M} UTC"

    def duration(self, seconds: float) -> str:
        """Return a time in its two largest units."""
        whole = max(0, int(seconds))
        if whole < _MINUTE:
            return f"{whole} s"
        if whole < _HOUR:
            return f"{whole // _MINUTE} min {whole % _MINUTE} s"
        return f"{self.number(whole // _HOUR)} h {whole % _HOUR // _MINUTE} min"

    def _swapped(self, text: str) -> str:
        return text.translate(_SWAPPED) if self.language is Language.SPANISH else text

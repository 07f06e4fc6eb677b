"""Languages: texts in each of them, and how each writes numbers and times."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple


class Language(StrEnum):
    """What the tower speaks."""

    ENGLISH = "en"
    SPANISH = "es"


NAMES = {Language.ENGLISH: "English", Language.SPANISH: "Español"}
MONTHS = {
    Language.ENGLISH: "January February March April May June July August September October "
    "November December",
    Language.SPANISH: "enero febrero marzo abril mayo junio julio agosto septiembre octubre "
    "noviembre diciembre",
}
_OF = {Language.ENGLISH: " ", Language.SPANISH: " de "}
_SHORT = 3
_UPTO = {Language.ENGLISH: "to", Language.SPANISH: "a"}
# A comma where English has a point, and the other way round.
_SWAPPED = str.maketrans(",.", ".,")
_MINUTE, _HOUR = 60, 3_600
_MILLION = 1_000_000
# Nobody decides otherwise by how much smaller a p-value is.
_SMALL_P = 0.0001


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
        return self.swapped(f"{value:,.{digits}f}")

    def signed(self, value: float, digits: int = 0) -> str:
        """Return a number with its sign: a difference."""
        return self.swapped(f"{value:+,.{digits}f}")

    def share(self, value: float, digits: int = 1) -> str:
        """Return a share, 0 to 1, as a percentage."""
        return f"{self.number(100 * value, digits)}\u00a0%"

    def usd(self, value: float) -> str:
        """Return an amount in whole USD, or in millions of them."""
        if abs(value) >= _MILLION:
            return f"{self.number(value / _MILLION, 2)} M USD"
        return f"{self.number(value)} USD"

    def chance(self, p: float) -> str:
        """Return a p-value; one that is nearly 0 as what it is below."""
        return f"< {self.number(_SMALL_P, 4)}" if p < _SMALL_P else self.number(p, 4)

    def interval(self, low: float, high: float, digits: int = 3) -> str:
        """Return an interval of figures."""
        return f"{self.number(low, digits)} {_UPTO[self.language]} {self.number(high, digits)}"

    def shares(self, low: float, high: float, digits: int = 1) -> str:
        """Return an interval of shares as percentages."""
        return f"{self.interval(100 * low, 100 * high, digits)}\u00a0%"

    def moment(self, at: datetime) -> str:
        """Return a moment to the minute, in UTC."""
        at = at.astimezone(UTC)
        month = MONTHS[self.language].split()[at.month - 1]
        return f"{at.day} {month[:_SHORT]} {at.year} {at:%H:%M} UTC"

    def day(self, at: datetime) -> str:
        """Return a day as letters have it."""
        of, month = _OF[self.language], MONTHS[self.language].split()[at.month - 1]
        return f"{at.day}{of}{month}{of}{at.year}"

    def duration(self, seconds: float) -> str:
        """Return a time in its two largest units."""
        whole = max(0, int(seconds))
        if whole < _MINUTE:
            return f"{whole} s"
        if whole < _HOUR:
            return _two(f"{whole // _MINUTE} min", whole % _MINUTE, "s")
        return _two(f"{self.number(whole // _HOUR)} h", whole % _HOUR // _MINUTE, "min")

    def swapped(self, text: str) -> str:
        """Return a number that English wrote as this language writes it."""
        return text.translate(_SWAPPED) if self.language is Language.SPANISH else text


def _two(large: str, small: int, unit: str) -> str:
    """Return two units, or the larger alone where nothing is left."""
    return f"{large} {small} {unit}" if small else large

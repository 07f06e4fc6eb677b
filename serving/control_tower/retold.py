"""Retold: what the platform put on record in English, told in the reader's language.

A record stays as it was written. What is known of it here is told again; whatever else stands in
it, such as what a person wrote, is shown as it is.
"""

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

from serving.control_tower.language import Language, Speech, Text
from serving.control_tower.texts import conducted, judged, recorded, refusals

SENTENCES: tuple[Text, ...] = (
    *recorded.DRIFT,
    *recorded.INPUTS,
    *recorded.GATE,
    *recorded.ADVICE,
    *judged.MODELS,
    *judged.RULES,
    *judged.BORROWERS,
    *conducted.SCENARIOS,
    *conducted.OUTCOMES,
    *refusals.SERVICE,
)
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")
# Values that may be several sentences.
_LONG = frozenset({"said", "rule", "rules", "after", "reason", "command", "problem", "what"})
# Between sentences that are told one after the other, and between the words of a name.
_SENTENCES, _WORDS = "; ", ", "


def retold(say: Speech, said: str) -> str:
    """Return a sentence of the platform in the reader's language, as far as it is known."""
    return said if say.language is Language.ENGLISH else _told(say, said)


def renamed(say: Speech, name: str) -> str:
    """Return what a segment of borrowers is called in the reader's language."""
    return _WORDS.join(retold(say, word) for word in name.split(_WORDS))


def _told(say: Speech, said: str) -> str:
    stop = "." if said.endswith(".") else ""
    bare = said.removesuffix(".")
    if _NUMBER.fullmatch(bare):
        return _number(say, bare) + stop
    for text, shape in _shapes():
        if found := shape.fullmatch(bare):
            values = {name: _told(say, value) for name, value in found.groupdict().items()}
            return say(text, **values) + stop
    if _SENTENCES not in bare:
        return said
    return _SENTENCES.join(_told(say, part) for part in bare.split(_SENTENCES)) + stop


def _number(say: Speech, text: str) -> str:
    """Return a number that English wrote."""
    whole, percent = text.removesuffix("%"), "\u00a0%" if text.endswith("%") else ""
    return say.swapped(whole) + percent


@cache
def _shapes() -> tuple[tuple[Text, re.Pattern[str]], ...]:
    """Return each sentence with the pattern of what the platform makes of it."""
    return tuple((text, re.compile("".join(_pattern(text.en)), re.DOTALL)) for text in SENTENCES)


def _pattern(template: str) -> Iterator[str]:
    for literal, name, _, _ in Formatter().parse(template):
        yield re.escape(literal)
        if name is not None:
            yield f"(?P<{name}>{'.' if name in _LONG else '[^;]'}*)"

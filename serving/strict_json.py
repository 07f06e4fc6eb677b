"""Strict JSON: a text that two readers could read differently is refused.

msgspec holds to the letter of RFC 8259: UTF-8 alone and no byte order mark, no ``NaN``, no comment,
no half of a surrogate pair, nothing behind the end, no number beyond a double. It says nothing of
a name that stands twice, of which the last would win: that is found here.
"""

import json
import re
from collections import Counter
from itertools import count
from typing import Any

import msgspec

from risk_platform.errors.applications import MalformedBodyError

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')
_ANYTHING = msgspec.json.Decoder()


def decode_anything(body: bytes) -> Any:  # noqa: ANN401 - JSON may be anything
    """Read any JSON, for who looks for what is wrong with it.

    Raises
    ------
    MalformedBodyError
        It is none.
    """
    try:
        return _ANYTHING.decode(body)
    except RecursionError:
        raise MalformedBodyError("the body is nested too deeply") from None
    except msgspec.ValidationError:
        # Without a type that is asked for, numbers alone can be invalid.
        raise MalformedBodyError("the body holds a number that no double holds") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise MalformedBodyError("the body is no JSON in UTF-8") from None


def has_repeated_names(body: bytes, members: int) -> bool:
    """Whether an object of valid JSON has a name twice.

    Every member of an object has one colon outside of texts: where the text has as many colons as
    the objects that were read have names, none was lost. Counting takes half a microsecond for 60
    fields; reading by the standard library with a hook for pairs nine, in place of msgspec's three.

    Parameters
    ----------
    body
        JSON that was read.
    members
        How many names all of its objects have together, once read.
    """
    return body.count(b":") != members and _STRING.sub(b"", body).count(b":") != members


def first_repeated_name(body: bytes) -> tuple[int, str]:
    """Return which object of valid JSON has a name twice, counted by where they end, and the name.

    Raises
    ------
    ValueError
        None has.
    """
    found: list[tuple[int, str]] = []
    objects = count()

    def note(pairs: list[tuple[str, Any]]) -> None:
        number = next(objects)
        names = Counter(name for name, _ in pairs)
        found.extend((number, name) for name, times in names.items() if times > 1)

    json.loads(body, object_pairs_hook=note, parse_int=len)
    if not found:
        raise ValueError("no name stands twice")
    return found[0]


def pointer(*steps: str | int) -> str:
    """Return a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)

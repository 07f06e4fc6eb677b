"""Reading: from the bytes of a body to applications in the contract's names and types.

Good bodies go straight through; only where something is wrong is it looked for a second time, to
be told place by place.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from itertools import islice
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

import msgspec
from msgspec import UNSET

from risk_platform.contract.columns import BY_NAME
from risk_platform.errors.applications import Fault, InvalidApplicationError, MalformedBodyError
from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.features.parse import Value
from risk_platform.handover.log.decisions import KeptInputs, kept_inputs
from serving.fields import EXPECTED, READERS, WORDED, Fields, Scalar
from serving.strict_json import (
    decode_anything,
    first_repeated_name,
    has_repeated_names,
    pointer,
)

_One = TypeVar("_One")
# What is wrong somewhere: told when called, as a guess at what was meant takes a while.
_Finding = Callable[[], Fault]

MOST_APPLICATIONS = 1_000
MOST_FAULTS = 20
_LONGEST_NAME = 64
# Blanks between fields are kept with them, up to so many bytes of a body.
_KEPT_AS_IT_IS = 8 * 1024


class Application(NamedTuple):
    """An application in the contract's types.

    Parameters
    ----------
    values
        One for each of ``ACCEPTED``, in its order: floats, months since January 1970, labels or
        texts; ``None`` where a field is left out, ``null``, empty, or one of the contract's marks
        for it.
    received
        What was sent of it that may be kept.
    """

    values: Sequence[Value]
    received: KeptInputs

    @property
    def given(self) -> dict[str, Value]:
        """What is known, by the contract's names."""
        each = zip(READERS, self.values, strict=True)
        return {name: value for name, value in each if value is not None}


class _Batch(msgspec.Struct, Generic[_One], forbid_unknown_fields=True):
    """The body of a batch."""

    applications: Annotated[list[_One], msgspec.Meta(min_length=1, max_length=MOST_APPLICATIONS)]


_FIELDS = msgspec.json.Decoder(Fields)
_BATCH = msgspec.json.Decoder(_Batch[msgspec.Raw])
_BY_NAME = msgspec.json.Decoder(dict[str, Scalar])
_BATCH_BY_NAME = msgspec.json.Decoder(_Batch[dict[str, Scalar]])
# What others raise at a body that is none; of bytes that are no UTF-8 it is a ``ValueError``.
_UNREADABLE = (msgspec.MsgspecError, KeyError, ValueError, RecursionError)


def read_application(body: bytes) -> Application:
    """Read one application.

    Parameters
    ----------
    body
        A JSON object of the contract's names.

    Raises
    ------
    MalformedBodyError
        The body is no JSON, or has a name twice.
    InvalidApplicationError
        It is no application.
    """
    try:
        return _read(body)
    except _UNREADABLE:
        return _read_by_name(body)


def read_batch(body: bytes) -> list[Application]:
    """Read ``{"applications": […]}``, 1 to 1,000 of them: all, or none.

    Raises
    ------
    MalformedBodyError, InvalidApplicationError
        As for one.
    """
    try:
        parts = [bytes(one) for one in _BATCH.decode(body).applications]
        # Whatever colon is not in one of them is behind a name of the batch itself.
        if body.count(b":") == 1 + sum(one.count(b":") for one in parts):
            return [_read(one) for one in parts]
    except _UNREADABLE:
        pass
    return _read_batch_by_name(body)


def _read(body: bytes) -> Application:
    """Read an application with which nothing is wrong, or raise one of ``_UNREADABLE``."""
    values: list[Any] = list(msgspec.structs.astuple(_FIELDS.decode(body)))
    absent = values.count(UNSET)
    if has_repeated_names(body, len(values) - absent):
        raise ValueError("a name stands twice")
    never_kept = values[len(INPUT_COLUMNS) :]
    if len(body) <= _KEPT_AS_IT_IS and never_kept.count(UNSET) == len(never_kept):
        received = KeptInputs(body.decode())
    else:
        received = kept_inputs(_BY_NAME.decode(body))
    for at, read in WORDED:
        if values[at] is not UNSET:
            values[at] = read(values[at])
    return Application([None if value is UNSET else value for value in values], received)


def _read_by_name(body: bytes) -> Application:
    """Read an application field by field, and tell of each that cannot be read."""
    try:
        given = _BY_NAME.decode(body)
    except _UNREADABLE:
        raise _refusal(_faults_of(decode_anything(body))) from None
    if has_repeated_names(body, len(given)):
        raise _repetition(body, ())
    try:
        return _typed(given)
    except _UNREADABLE:
        raise _refusal(_faults_of(given)) from None


def _read_batch_by_name(body: bytes) -> list[Application]:
    try:
        given = _BATCH_BY_NAME.decode(body).applications
    except _UNREADABLE:
        raise _refusal(_faults_of_batch(decode_anything(body))) from None
    if has_repeated_names(body, 1 + sum(map(len, given))):
        raise _repetition(body, ("applications",))
    try:
        return [_typed(one) for one in given]
    except _UNREADABLE:
        raise _refusal(_faults_of_all(given)) from None


def _typed(given: Mapping[str, Scalar]) -> Application:
    values = {name: READERS[name](raw) for name, raw in given.items()}
    return Application([values.get(name) for name in READERS], kept_inputs(given))


def _repetition(body: bytes, above: tuple[str, ...]) -> MalformedBodyError:
    """Return the error of a name that stands twice; ``above`` leads to the list of objects."""
    number, name = first_repeated_name(body)
    place = (*above, number, name) if above and name not in above else (name,)
    return MalformedBodyError(
        "a name stands twice in one object", [Fault(_place(*place), "stands twice")]
    )


def _refusal(findings: Iterator[_Finding]) -> InvalidApplicationError:
    """Return the error of what was found; all of it is counted, the first are told."""
    told = [finding() for finding in islice(findings, MOST_FAULTS)]
    number = len(told) + sum(1 for _ in findings)
    detail = f"{number} place{'s' * (number != 1)} cannot be read"
    return InvalidApplicationError(detail, told)


def _faults_of_batch(body: Any) -> Iterator[_Finding]:  # noqa: ANN401 - any JSON
    if not isinstance(body, dict):
        yield partial(Fault, "", "expected an object with a list of applications")
        return
    for name in body.keys() - {"applications"}:
        yield partial(Fault, _place(name), "is not known here")
    given = body.get("applications")
    if isinstance(given, list) and 1 <= len(given) <= MOST_APPLICATIONS:
        yield from _faults_of_all(given)
    else:
        wanted = f"expected a list of 1 to {MOST_APPLICATIONS:,} applications"
        yield partial(Fault, pointer("applications"), wanted)


def _faults_of_all(given: Iterable[Any]) -> Iterator[_Finding]:
    for number, one in enumerate(given):
        yield from _faults_of(one, ("applications", number))


def _faults_of(given: Any, above: tuple[str | int, ...] = ()) -> Iterator[_Finding]:  # noqa: ANN401
    """Find what is wrong with one application."""
    if not isinstance(given, dict):
        wanted = "expected an object, an application's fields by name"
        yield partial(Fault, pointer(*above), wanted)
        return
    for name, raw in given.items():
        if name not in READERS:
            yield partial(_stranger, above, name)
        elif not _is_readable(name, raw):
            yield partial(Fault, pointer(*above, name), EXPECTED[name])


def _stranger(above: tuple[str | int, ...], name: str) -> Fault:
    return Fault(_place(*above, name), _unknown(name))


def _is_readable(name: str, raw: Any) -> bool:  # noqa: ANN401
    try:
        READERS[name](float(raw) if type(raw) is int else raw)
    except (ValueError, OverflowError):
        return False
    return True


def _unknown(name: str) -> str:
    if name in BY_NAME:
        return "is known only after funding, so no application has it"
    close = get_close_matches(name, READERS, n=1) if len(name) <= _LONGEST_NAME else []
    return "is no field of an application" + (f"; did you mean {close[0]}?" if close else "")


def _place(*steps: str | int) -> str:
    """Return the pointer to a name that a client made up: only where it can be no secret text."""
    *above, name = steps
    is_name = str(name).isidentifier() and str(name).isascii() and len(str(name)) <= _LONGEST_NAME
    return pointer(*above, name) if is_name else pointer(*above)

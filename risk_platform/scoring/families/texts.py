"""Texts of models: JSON of names and numbers, checked before anything is made of it."""

from typing import Annotated, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from risk_platform.errors.models import UnreadableBundleError

# A text says what it must and nothing else, in the types that it must.
STRICT = ConfigDict(strict=True, extra="forbid")
# Products of three numbers up to this, and sums of them, are finite: no score is ever NaN.
LARGEST = 1e100
Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
T = TypeVar("T")


def to_text(model: object) -> str:
    """Return a model as JSON; a number read back is the same to the bit."""
    return TypeAdapter(type(model)).dump_json(model).decode()


def from_text(kind: type[T], text: str) -> T:
    """Read what ``to_text`` wrote.

    Raises
    ------
    UnreadableBundleError
        It is no JSON, something lacks or is too much, or a number is none or not finite.
    """
    try:
        return TypeAdapter(kind).validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the model's text"
        raise UnreadableBundleError(f"{place}: {first['msg']}") from error


def must(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - it is what must hold
    """Refuse a text that is well formed and makes no sense.

    Raises
    ------
    UnreadableBundleError
        It does not hold.
    """
    if not holds:
        raise UnreadableBundleError(otherwise)

"""Orders: what people who watch over the service send it, and how that is read."""

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from risk_platform.errors.applications import MalformedBodyError
from risk_platform.handover.gating.four_eyes import SHORTEST_REASON
from serving.problems import INVALID_ORDER, ProblemError
from serving.strict_json import decode_anything, has_repeated_names

# No blank alone, nor what would break a line of a log or of a terminal.
_TEXT = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*[^\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+"
_TEXT += r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$"
_Order = TypeVar("_Order", bound=Struct)

Reason = Annotated[str, Meta(max_length=2_000, pattern=_TEXT, description="Why: it is recorded")]
# 7.0 is a whole number in JSON too, and a float once it was read.
Epoch = Annotated[
    float,
    Meta(
        ge=0,
        le=2**53,
        multiple_of=1,
        description="Where the gate stands: `epoch` of it",
        extra_json_schema={"type": "integer"},
    ),
]
Incident = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9._:#-]{1,64}$", description="Name under which it is followed up"),
]


class StopOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order to stop scoring."""

    reason: Reason
    incident: Incident | None = None


class ResumeOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request that scoring run again, or that a suspended key be served."""

    epoch: Epoch
    reason: Annotated[
        str,
        Meta(
            max_length=2_000,
            pattern=_TEXT,
            description=f"Why, in at least {SHORTEST_REASON} characters: it is recorded",
        ),
    ]
    key_id: Annotated[
        str | None,
        Meta(description="Id of the suspended key that is to be served; null: all of scoring"),
    ] = None
    evidence: Annotated[
        str | None,
        Meta(description="Digest of a verdict of drift since, needed where drift stopped scoring"),
    ] = None
    incident: Incident | None = None


class ApprovalOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An approval of what somebody else asked for."""

    epoch: Epoch


def read_order(body: bytes, kind: type[_Order]) -> _Order:
    """Read a body of JSON.

    Raises
    ------
    MalformedBodyError, ProblemError
        It is none, or not what is expected.
    """
    given = decode_anything(body)
    try:
        order = msgspec.convert(given, kind)
    except msgspec.ValidationError:
        names = ", ".join(kind.__struct_fields__)
        raise ProblemError(INVALID_ORDER, f"expected an object of: {names}") from None
    if has_repeated_names(body, len(given)):
        raise MalformedBodyError("a name stands twice in one object")
    return order

"""An application as JSON Schema, derived from the contract: what ``GET /schema`` tells."""

from collections.abc import Iterable
from typing import Any

from risk_platform.contract.column import Column, DType
from risk_platform.contract.columns import contract_digest
from risk_platform.features.parse import null_numbers
from serving.fields import ACCEPTED, EXPECTED, LONGEST_TEXT
from serving.reading import MOST_APPLICATIONS

_BLANK = {"type": "string", "pattern": "^ *$", "maxLength": 64}
# The usual spellings: those of older files are read too.
_YEARS = r"^(< 1 year|1 year|[2-9] years|10\+ years|n/a)$"
_MONTH = (
    r"^((19|20)\d{2}-(0[1-9]|1[0-2])"
    r"|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-(19|20)\d{2})$"
)
_NO_NUL = r"^[^\u0000]*$"


def application_schema() -> dict[str, Any]:
    """Return the schema of one application."""
    return {
        "title": "Application",
        "description": "A loan application in the contract's names; what is left out is unknown.",
        "type": "object",
        "additionalProperties": False,
        "properties": {column.name: _field(column) for column in ACCEPTED},
        "x-contract": contract_digest(),
    }


def batch_schema() -> dict[str, Any]:
    """Return the schema of a batch."""
    return {
        "title": "Batch",
        "description": "Applications that are decided together: all of them, or none.",
        "type": "object",
        "additionalProperties": False,
        "required": ["applications"],
        "properties": {
            "applications": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Application"},
                "minItems": 1,
                "maxItems": MOST_APPLICATIONS,
            }
        },
    }


def _field(column: Column) -> dict[str, Any]:
    about = column.about + (f", in {column.unit}" if column.unit else "")
    description = f"{about}; {EXPECTED[column.name]}"
    return {"description": description, "anyOf": [*_forms(column), {"type": "null"}]}


def _forms(column: Column) -> list[dict[str, Any]]:
    """Return what a value may look like, beside ``null``."""
    span = {"minimum": column.low, "maximum": column.high}
    whole, number = {"type": "integer", **span}, {"type": "number", **span}
    marks = [{"enum": [mark]} for mark in null_numbers(column)]
    forms: dict[DType, list[dict[str, Any]]] = {
        DType.FLOAT: [number, *marks],
        DType.PERCENT: [number, *marks],
        DType.INTEGER: [whole, *marks],
        DType.TERM: [
            whole,
            _one_of(f"{n:g} months" for n in (column.low or 0, column.high or 0)),
            _BLANK,
        ],
        DType.EMP_LENGTH: [whole, _matching(_YEARS), _BLANK],
        DType.MONTH: [_matching(_MONTH), _BLANK],
        DType.LABEL: [_one_of((*column.labels, *(old for old, _ in column.spellings))), _BLANK],
        DType.TEXT: [{**_matching(_NO_NUL), "maxLength": LONGEST_TEXT}],
    }
    return forms[column.dtype]


def _one_of(words: Iterable[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(words)}


def _matching(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern}

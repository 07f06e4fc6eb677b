"""Requests and answers; the application's fields are derived from the contract, never restated."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from risk_platform.contract.column import Column, DType, Timing
from risk_platform.contract.columns import LOANS
from risk_platform.features.parse import Value, parse_value
from risk_platform.scoring.examples import EXAMPLES
from risk_platform.scoring.points import Band

# No field of an application is longer than what a borrower may write about the loan.
LONGEST_TEXT = 10_000
_EXPECTED = {
    DType.INTEGER: "expected a whole number",
    DType.TERM: "expected months, such as 36 or '36 months'",
    DType.EMP_LENGTH: "expected years, such as 3, '< 1 year' or '10+ years'",
    DType.MONTH: "expected a month, such as '2018-06' or 'Jun-2018'",
}
_NUMBERS = (DType.FLOAT, DType.INTEGER, DType.PERCENT)
_NUMBERS_OR_TEXTS = (DType.TERM, DType.EMP_LENGTH)

# What is known only after funding cannot be part of an application.
ACCEPTED = tuple(column for column in LOANS if column.known is not Timing.OUTCOME)


def _field(column: Column) -> Any:  # noqa: ANN401 - a type that only exists at run time
    """Return type and default of a column's field: every field may be left out, or be null."""
    description = column.about + (f", in {column.unit}" if column.unit else "")
    if column.dtype is DType.LABEL:
        extra: dict[str, Any] | None = {"enum": [*column.labels, None]}
    else:
        extra = None
    given: Any = Annotated[_type_of(column), AfterValidator(lambda raw: _read(column, raw))]
    return (given | None, Field(None, description=description, json_schema_extra=extra))


def _type_of(column: Column) -> Any:  # noqa: ANN401
    text = Annotated[str, Field(strict=True, max_length=LONGEST_TEXT)]
    finite = Field(strict=True, allow_inf_nan=False)
    if column.dtype in _NUMBERS:
        return Annotated[float, finite, Field(ge=column.low, le=column.high)]
    return Annotated[float, finite] | text if column.dtype in _NUMBERS_OR_TEXTS else text


def _read(column: Column, raw: float | str) -> Value:
    """Read a value as raw files are read, so that the service and the tables agree."""
    try:
        value = parse_value(column, raw)
    except ValueError:
        labels = ", ".join(column.labels)
        raise ValueError(_EXPECTED.get(column.dtype, f"expected one of: {labels}")) from None
    if isinstance(value, float) and not _is_plausible(column, value):
        raise ValueError(f"expected {column.low:g} to {column.high:g}")
    return value


def _is_plausible(column: Column, value: float) -> bool:
    low, high = column.low, column.high
    return (low is None or low <= value) and (high is None or value <= high)


_Fields: type[BaseModel] = create_model(
    "_Fields",
    __config__=ConfigDict(extra="forbid"),
    **{column.name: _field(column) for column in ACCEPTED},
)


class Application(_Fields):
    """A loan application in the contract's names; what is left out counts as not given."""

    model_config = ConfigDict(
        title="Application",
        json_schema_extra={"examples": [dict(EXAMPLES[name]) for name in ("good", "sparse")]},
    )


class Score(BaseModel):
    """What the champion says of an application."""

    pd: float = Field(description="Probability of default by the model's protocol")
    points: int = Field(description="600 at odds of 50 to 1; 20 more double the odds")
    band: Band = Field(description="Risk in a word, by points")
    segment: int = Field(description="Group of borrowers who are alike, 1 the largest")
    segment_name: str = Field(description="What sets the group apart; no PD hangs on it")
    missing: tuple[str, ...] = Field(description="Columns that the model reads and nobody gave")
    model_version: int = Field(description="Version of the champion in the registry")


class ModelInfo(BaseModel):
    """The champion that answers."""

    name: str
    version: int
    digest: str = Field(description="SHA-256 of the bundle's manifest")
    protocol: str
    created_at: str = Field(description="Time of training, ISO 8601, UTC")
    loaded_at: str = Field(description="Since when it answers, ISO 8601, UTC")
    contract: str = Field(description="Digest of the contract of columns")
    run_id: str = Field(description="The Dagster run that made it")
    metrics: dict[str, float] = Field(description="Figures on the test split")
    features: tuple[str, ...] = Field(description="Model inputs, in order")


class Health(BaseModel):
    """How the service is."""

    status: str
    model_version: int | None = None


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: str
    detail: str


class Problem(BaseModel):
    """An error as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = Field(default_factory=list)

"""Uploads: a file of applications, read, scored in slices by the API, and reconciled."""

import csv
import hashlib
import io
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from risk_platform.contract.column import DType, Timing
from risk_platform.contract.columns import BY_NAME, canonical_name
from risk_platform.errors.tower import ServiceRefusedError
from serving.control_tower.language import Language, Text
from serving.control_tower.sources.api import Api
from serving.control_tower.texts import portfolio as texts

# As many as the API takes together.
SLICE = 1_000
_NUMBERS = frozenset({DType.FLOAT, DType.INTEGER, DType.PERCENT})
_NUMBERS_OR_WORDS = frozenset({DType.TERM, DType.EMP_LENGTH})
# Who is told to wait waits; a service that is stopped for longer is told of.
_MOST_WAITS, _LONGEST_WAIT_SECONDS = 20, 15.0

Application = dict[str, float | str | None]


class UnreadableFileError(ValueError):
    """A file is none of applications.

    Parameters
    ----------
    why
        What it is, in any language.
    values
        What that tells.
    """

    def __init__(self, why: Text, **values: object) -> None:
        super().__init__(why.said(Language.ENGLISH, **values))
        self.why, self.values = why, values


@dataclass(frozen=True, slots=True)
class Batch:
    """A file of applications.

    Parameters
    ----------
    rows
        The applications, in the contract's names.
    ignored
        Columns that are not sent: no application has them, or they are known only afterwards.
    digest
        SHA-256 of the file, in hex.
    """

    rows: tuple[Application, ...]
    ignored: tuple[str, ...]
    digest: str


@dataclass(slots=True)
class Scored:
    """What became of a file: of each row an answer, or why there is none.

    Parameters
    ----------
    rows
        How many there were.
    answers, refusals
        Row to what the API answered; row to why it was refused.
    """

    rows: int
    answers: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    refusals: dict[int, str] = field(default_factory=dict)

    @property
    def is_reconciled(self) -> bool:
        """Whether each row was scored or refused, and none both."""
        both = self.answers.keys() & self.refusals.keys()
        return not both and len(self.answers) + len(self.refusals) == self.rows


def read_file(content: bytes) -> Batch:
    """Read a CSV file whose header has the contract's names, or their aliases.

    Raises
    ------
    UnreadableFileError
        It is no text in UTF-8, has no column that an application has, or no rows.
    """
    try:
        lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        header = list(lines.fieldnames or ())
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFileError(texts.NOT_CSV) from error
    named = {name: found for name in header if (found := _named(name))}
    if not named:
        raise UnreadableFileError(texts.NO_NAMES)
    try:
        rows = tuple(_application(row, named) for row in lines)
    except csv.Error as error:
        raise UnreadableFileError(texts.BAD_LINE, line=lines.line_num, error=error) from error
    if not rows:
        raise UnreadableFileError(texts.NO_ROWS)
    ignored = tuple(name for name in header if name not in named)
    return Batch(rows, ignored, hashlib.sha256(content).hexdigest())


def score(
    api: Api,
    batch: Batch,
    progress: Callable[[float], object],
    wait: Callable[[float], None] = time.sleep,
) -> Scored:
    """Have a file scored, slice by slice; what is refused in one is left out, and the rest sent.

    Parameters
    ----------
    api
        Where it is sent.
    batch
        The file.
    progress
        Told which share of the rows is done.
    wait
        Waits for so many seconds.

    Raises
    ------
    ServiceRefusedError, ServiceSilentError
        The service decides nothing at present: what it decided so far stands in its log, and is
        answered again when the same file is sent again.
    """
    found = Scored(len(batch.rows))
    for first in range(0, len(batch.rows), SLICE):
        rows = list(range(first, min(first + SLICE, len(batch.rows))))
        _score_slice(api, batch, rows, found, wait)
        progress(min(1.0, (first + SLICE) / max(len(batch.rows), 1)))
    return found


def table(
    batch: Batch, scored: Scored, language: Language = Language.ENGLISH
) -> Iterator[dict[str, Any]]:
    """Yield a row for each row of the file, in its order: what was sent, and what came of it."""
    said = "text_es" if language is Language.SPANISH else "text"
    for row, application in enumerate(batch.rows):
        answer = scored.answers.get(row, {})
        reasons = answer.get("reasons", ())
        yield {
            "row": row + 1,
            "decision_id": answer.get("decision_id", ""),
            "pd": answer.get("pd", ""),
            "points": answer.get("points", ""),
            "verdict": answer.get("verdict", "refused"),
            "reasons": "; ".join(reason[said] for reason in reasons),
            "refused": scored.refusals.get(row, ""),
            **application,
        }


def as_csv(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Return rows as a CSV file; a cell that a spreadsheet would run is quoted as text."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode()


def expected_loss(batch: Batch, scored: Scored, cost_of_default: float) -> float:
    """Return the sum of PD x amount x cost of those that would be approved, USD."""
    return sum(
        float(answer["pd"]) * amount * cost_of_default
        for row, answer in scored.answers.items()
        if answer["verdict"] == "approve"
        and isinstance(amount := batch.rows[row].get("loan_amnt"), float)
    )


def _score_slice(
    api: Api, batch: Batch, rows: list[int], found: Scored, wait: Callable[[float], None]
) -> None:
    waits = 0
    while rows:
        name = f"{batch.digest}:{rows}"
        try:
            answers = api.predict_batch([batch.rows[row] for row in rows], name)
        except ServiceRefusedError as error:
            if refused := _refused(error, rows):
                found.refusals |= refused
                rows = [row for row in rows if row not in refused]
            elif 0 < error.wait_seconds <= _LONGEST_WAIT_SECONDS and waits < _MOST_WAITS:
                waits += 1
                wait(error.wait_seconds)
            else:
                raise
        else:
            found.answers |= dict(zip(rows, answers, strict=True))
            return


def _refused(error: ServiceRefusedError, rows: Sequence[int]) -> dict[int, str]:
    """Return which rows of a slice were refused, and why: ``/applications/3/dti`` names one."""
    found: dict[int, str] = {}
    for fault in error.faults:
        match fault["pointer"].split("/"):
            case ["", "applications", place, *names] if place.isdigit():
                row, where = rows[int(place)], "/".join(names)
                said = f"{where}: {fault['detail']}" if where else fault["detail"]
                found[row] = f"{found[row]}; {said}" if row in found else said
            case _:
                return {}
    return found


def _named(header: str) -> str:
    """Return the column that a header means, of those that an application may have; empty: none."""
    name = canonical_name(header)
    return name if name and BY_NAME[name].known is not Timing.OUTCOME else ""


def _application(row: Mapping[str, Any], named: Mapping[str, str]) -> Application:
    cells = {name: str(row[header] or "").strip() for header, name in named.items()}
    return {name: _value(name, cell) for name, cell in cells.items() if cell}


def _value(name: str, cell: str) -> float | str:
    """Return a cell as JSON has it; what is no number stays text, for the API to refuse."""
    dtype = BY_NAME[name].dtype
    text = cell.removesuffix("%") if dtype is DType.PERCENT else cell
    if dtype not in _NUMBERS | _NUMBERS_OR_WORDS:
        return cell
    try:
        number = float(text)
    except ValueError:
        return cell
    return number if math.isfinite(number) else cell


def _harmless(value: object) -> object:
    is_formula = isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}
    return f"'{value}" if is_formula else value

"""Applications to scores: what was given, what was not, what the model makes of it, and why."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress

import msgspec
import numpy as np
from numpy.typing import NDArray

from risk_platform.contract.column import DType
from risk_platform.features.definitions import INPUT_COLUMNS, INPUTS
from risk_platform.features.parse import Columns, Value, parse_value
from risk_platform.scoring.bundle import ModelBundle
from risk_platform.scoring.examples import EXAMPLES
from risk_platform.scoring.extremes import Marks
from risk_platform.scoring.gaps import told_apart
from risk_platform.scoring.points import Band, band, points
from risk_platform.scoring.policy import Policy, Verdict
from risk_platform.scoring.reasons import Reason

# Filled in by the service, so that nobody need give it: the month of the decision.
DECISION_MONTH = "issue_d"

_MONTH_AT = INPUT_COLUMNS.index(DECISION_MONTH)
_TYPE, _JOINT = "application_type", "Joint App"
_IS_LABEL = np.array([column.dtype is DType.LABEL for column in INPUTS])
_LABELS = tuple(compress(INPUT_COLUMNS, _IS_LABEL))
_NUMBERS = tuple(compress(INPUT_COLUMNS, ~_IS_LABEL))

Application = Mapping[str, Value]
Objects = NDArray[np.object_]
Nulls = NDArray[np.bool_]


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """What a model says of an application.

    Parameters
    ----------
    pd
        Probability of default by the model's protocol, strictly between 0 and 1.
    points, band
        The same on the scale of scorecards, and in a word.
    verdict, policy
        What becomes of the application by the policy of that version.
    too_little_known
        Whether inputs are lacking that carry more than half of the model: the verdict is to refer
        then, whatever the points.
    segment, segment_name
        The group of borrowers that the applicant is of: its number, 1 the largest, and its name.
    reasons
        What raised the risk most, the strongest first; empty for an approval that nobody asked to
        be explained.
    missing
        Columns of the contract that features read and the application does not give, without those
        that are asked of two borrowers where one applies.
    features_digest
        SHA-256 of all model inputs, in hex: the same for the same application, to the bit.
    """

    pd: float
    points: int
    band: Band
    verdict: Verdict
    policy: str
    too_little_known: bool
    segment: int
    segment_name: str
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    features_digest: str


def score_applications(
    bundle: ModelBundle, given: Sequence[Application], month: int, explain: Sequence[bool]
) -> list[Scored]:
    """Score applications together; each gets the very bits that it would get alone.

    Parameters
    ----------
    bundle
        The model.
    given
        For each, contract name to a value as ``parse_value`` returns it; absent or ``None``: not
        given.
    month
        Month of the decision where an application gives no ``issue_d``; months since January
        1970.
    explain
        For each, whether reasons are wanted even if it is approved.
    """
    rows = [[of.get(name) for name in INPUT_COLUMNS] for of in given]
    return score_rows(bundle, rows, month, explain)


def score_rows(
    bundle: ModelBundle, rows: Sequence[Sequence[Value]], month: int, explain: Sequence[bool]
) -> list[Scored]:
    """Score applications of which each has a value, or ``None``, for each of ``INPUT_COLUMNS``."""
    return watched_rows(bundle, rows, month, explain)[0]


def watched_rows(
    bundle: ModelBundle, rows: Sequence[Sequence[Value]], month: int, explain: Sequence[bool]
) -> tuple[list[Scored], Marks]:
    """Score applications as ``score_rows`` does, and tell what is odd about each of them."""
    if not rows:
        return [], np.empty((0, 2, len(bundle.extremes.names)), np.bool_)
    table = np.array(rows, dtype=np.object_)
    table[_equal(table[:, _MONTH_AT], None), _MONTH_AT] = float(month)
    columns = _columns(table)
    raw = bundle.builder.raw(columns)
    scored = _scored(bundle, raw, columns, _equal(table, None), explain)
    return scored, bundle.extremes.marks(raw)


def score_columns(
    bundle: ModelBundle, columns: Columns, null: Nulls, explain: Sequence[bool]
) -> list[Scored]:
    """Score loans that stand in columns; as ``score_applications``.

    Parameters
    ----------
    bundle
        The model.
    columns
        As ``build_features`` takes them: of n loans.
    null
        Shape (n, len(INPUT_COLUMNS)): what was not given.
    explain
        For each, whether reasons are wanted even if it is approved.
    """
    return _scored(bundle, bundle.builder.raw(columns), columns, null, explain)


def _scored(
    bundle: ModelBundle,
    raw: NDArray[np.float64],
    columns: Columns,
    null: Nulls,
    explain: Sequence[bool],
) -> list[Scored]:
    """Score loans of which model inputs were made."""
    known = bundle.builder.drawn_in(raw)
    features = bundle.builder.filled(known)
    unknown = np.isnan(bundle.read(known))
    is_joint = _equal(np.asarray(columns[_TYPE], dtype=np.object_), _JOINT)
    missing, unasked = told_apart(null, is_joint)
    lacking, not_asked = bundle.gaps.of(unknown, missing, unasked)
    too_little = bundle.gaps.too_many(lacking).tolist()
    pds: list[float] = bundle.pds(features).tolist()
    places: list[int] = bundle.places(features).tolist()
    scores = [points(pd) for pd in pds]
    verdicts = _verdicts(bundle.policy, scores, too_little)
    wanted = _to_be_explained(verdicts, explain)
    policy = bundle.policy.version
    added = zip(wanted, bundle.contributions(features[wanted]), strict=True)
    reasons = {row: bundle.reasons.of(of, lacking[row], not_asked[row]) for row, of in added}
    listed: list[list[bool]] = missing.tolist()
    return [
        Scored(
            pd=pds[row],
            points=scores[row],
            band=band(scores[row]),
            verdict=verdicts[row],
            policy=policy,
            too_little_known=too_little[row],
            segment=places[row] + 1,
            segment_name=bundle.segments.names[places[row]],
            reasons=reasons.get(row, ()),
            missing=tuple(compress(INPUT_COLUMNS, listed[row])),
            features_digest=hashlib.sha256(features[row].tobytes()).hexdigest(),
        )
        for row in range(len(features))
    ]


def warm_up(bundle: ModelBundle) -> None:
    """Score the hand-written applications, so that nothing is compiled while applicants wait."""
    parsed = {column.name: column for column in INPUTS}
    examples = [
        {name: parse_value(parsed[name], raw) for name, raw in example.items() if name in parsed}
        for example in EXAMPLES.values()
    ]
    score_applications(bundle, examples, 0, [True] * len(examples))
    score_applications(bundle, examples[:1], 0, [True])


def _to_be_explained(verdicts: Sequence[Verdict], explain: Sequence[bool]) -> list[int]:
    return [
        row
        for row, (verdict, asked) in enumerate(zip(verdicts, explain, strict=True))
        if asked or verdict is not Verdict.APPROVE
    ]


def _verdicts(policy: Policy, scores: Iterable[int], too_little: Iterable[bool]) -> list[Verdict]:
    return [
        Verdict.REFER if refer else policy.verdict(score)
        for score, refer in zip(scores, too_little, strict=True)
    ]


def _equal(values: Objects, to: str | None) -> NDArray[np.bool_]:
    return np.asarray(np.equal(values, np.array(to, dtype=np.object_)), dtype=np.bool_)


def _columns(table: Objects) -> Columns:
    # Of `None` a number is made that is none: NaN.
    numbers = np.ascontiguousarray(table[:, ~_IS_LABEL].T.astype(np.float64))
    labels = table[:, _IS_LABEL].T
    return dict(zip(_NUMBERS, numbers, strict=True)) | dict(zip(_LABELS, labels, strict=True))

"""One application to one score: what was given, what was not, and what the model makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from risk_platform.features.definitions import INPUTS
from risk_platform.features.parse import Value, as_array
from risk_platform.scoring.bundle import ModelBundle
from risk_platform.scoring.points import Band, band, points

# Filled in by the service, so that nobody need give it: the month of the decision.
DECISION_MONTH = "issue_d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a model says of an application.

    Parameters
    ----------
    pd
        Probability of default by the model's protocol, strictly between 0 and 1.
    points, band
        The same on the scale of scorecards, and in a word.
    segment, segment_name
        The group of borrowers that the applicant is of: its number, 1 the largest, and its name.
    missing
        Columns of the contract that the model reads and the application does not give.
    """

    pd: float
    points: int
    band: Band
    segment: int
    segment_name: str
    missing: tuple[str, ...]


def score_application(bundle: ModelBundle, given: Mapping[str, Value], month: int) -> Scored:
    """Score one application.

    Parameters
    ----------
    bundle
        The model.
    given
        Contract name to a value as ``parse_value`` returns it; absent or ``None``: not given.
    month
        Month of the decision where the application gives no ``issue_d``; months since January
        1970.
    """
    dated = {DECISION_MONTH: float(month)} | {k: v for k, v in given.items() if v is not None}
    columns = {of.name: as_array(of, [dated.get(of.name)]) for of in INPUTS}
    pds, places = bundle.assess(columns)
    pd, place = float(pds[0]), int(places[0])
    score = points(pd)
    missing = tuple(of.name for of in INPUTS if dated.get(of.name) is None)
    return Scored(
        pd=pd,
        points=score,
        band=band(score),
        segment=place + 1,
        segment_name=bundle.segments.names[place],
        missing=missing,
    )

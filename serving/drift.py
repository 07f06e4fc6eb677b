"""Drift as the service tells it: a light for the model that answers, and for no other."""

from risk_platform.handover.clock import iso_of
from risk_platform.handover.drift import DriftVerdict, Extent, Light
from serving.schemas import DriftAnswer

_UNREPORTED = DriftAnswer(light=None, sentence="no report of drift was made yet")


def drift_answer(
    last: DriftVerdict | None, closing: DriftVerdict | None, version: int
) -> DriftAnswer:
    """Return what is told of drift, while a version answers.

    A look that held decisions against another model's reference says nothing of this one. While a
    window fills, the one before it is told, unless that was cut short by a stop.

    Parameters
    ----------
    last
        What the last look found.
    closing
        The last of the same model that ended its window.
    version
        The one that answers.
    """
    if last is None:
        return _UNREPORTED
    is_of_ours = last.model_version == version
    is_told = closing is not None and closing.extent is Extent.WHOLE
    found = closing if closing and is_told and last.light is not Light.RED else last
    other = f"the last report is of version {found.model_version}, and another one answers"
    return DriftAnswer(
        light=_light(found) if is_of_ours else None,
        sentence=found.sentence if is_of_ours else other,
        since=iso_of(found.since_us),
        until=iso_of(found.until_us),
        decisions=found.decisions,
        model_version=found.model_version,
        share=found.share,
        threshold=found.threshold,
        drifted=found.drifted,
        rules=found.rules,
        at=iso_of(found.at_us),
        looked_at=iso_of(last.at_us),
    )


def _light(found: DriftVerdict) -> Light:
    """Return the light: of one key that drifts alone, which is suspended, no more than amber."""
    return Light.AMBER if found.light is Light.RED and found.key_id else found.light

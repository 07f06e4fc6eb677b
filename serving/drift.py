"""Drift as the service tells it: a light for the model that answers, and for no other."""

from risk_platform.handover.clock import iso_of
from risk_platform.handover.drift import DriftVerdict
from serving.schemas import DriftAnswer

_UNREPORTED = DriftAnswer(light=None, sentence="no report of drift was made yet")


def drift_answer(found: DriftVerdict | None, version: int) -> DriftAnswer:
    """Return what is told of the last report, while a version answers.

    A report that held decisions against another model's reference says nothing of this one.
    """
    if found is None:
        return _UNREPORTED
    is_of_ours = found.model_version == version
    other = f"the last report is of version {found.model_version}, and another one answers"
    return DriftAnswer(
        light=found.light if is_of_ours else None,
        sentence=found.sentence if is_of_ours else other,
        since=iso_of(found.since_us),
        until=iso_of(found.until_us),
        decisions=found.decisions,
        model_version=found.model_version,
        share=found.share,
        threshold=found.threshold,
        drifted=found.drifted,
        at=iso_of(found.at_us),
    )

"""Replay: a decision of the log, decided again by the model that it came by."""

from collections.abc import Mapping

import msgspec

from risk_platform.errors.models import BundleError
from risk_platform.features.parse import Value
from risk_platform.handover.log.decisions import Decision
from risk_platform.handover.models.cache import Lead, ModelCache
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.scoring.score import score_applications
from serving.champions import Champions
from serving.decided import reasons_of
from serving.problems import MODEL_GONE, ProblemError
from serving.schemas import ReplayAnswer


def replay(decision: Decision, champions: Champions, cache: ModelCache) -> ReplayAnswer:
    """Decide again what was decided, and say what differs: nothing does, to the bit.

    Raises
    ------
    ProblemError
        The model that it came by is not kept here any more.
    """
    bundle = _model(decision, champions, cache).bundle
    inputs = msgspec.json.decode(decision.inputs, type=dict[str, float | str | None])
    given: Mapping[str, Value] = inputs
    was_explained = decision.reasons != "[]"
    (scored,) = score_applications(bundle, [given], 0, [was_explained])
    again: Mapping[str, object] = {
        "features_digest": scored.features_digest,
        "pd": scored.pd,
        "points": scored.points,
        "verdict": str(scored.verdict),
        "segment": scored.segment,
        "policy_version": scored.policy,
        "reasons": msgspec.json.encode(reasons_of(scored)).decode(),
    }
    differing = tuple(name for name, value in again.items() if getattr(decision, name) != value)
    return ReplayAnswer(
        decision_id=decision.id, is_same=not differing, differing=differing, pd=scored.pd
    )


def _model(decision: Decision, champions: Champions, cache: ModelCache) -> LoadedModel:
    version, digest = decision.model_version, decision.model_digest
    model = champions.champion.model
    if (model.version, model.digest) == (version, digest):
        return model
    try:
        return cache.load(Lead(version=version, digest=digest, by="", at=""))
    except (BundleError, OSError) as error:
        raise ProblemError(MODEL_GONE, f"version {version} is not kept here any more") from error

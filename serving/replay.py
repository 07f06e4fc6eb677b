"""Replay: a decision of the log, decided again by the model that it came by."""

from collections.abc import Iterator, Mapping

import msgspec

from risk_platform.errors.applications import ApplicationError
from risk_platform.errors.models import (
    AbsentBundleError,
    BundleError,
    ForeignContractError,
    ForeignFeaturesError,
)
from risk_platform.handover.log.decisions import Decision
from risk_platform.handover.models.cache import Lead, ModelCache
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.scoring.score import Scored
from serving.champions import Champions
from serving.decided import answer_of, reasons_of, score
from serving.problems import MODEL_GONE, MODEL_UNVERIFIED, ProblemError
from serving.reading import read_application
from serving.schemas import ReplayAnswer

_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def replay(decision: Decision, champions: Champions, cache: ModelCache) -> ReplayAnswer:
    """Decide again what was decided, and say what differs: nothing does, to the bit.

    Raises
    ------
    ProblemError
        The model that it came by is not kept here any more, or is not what it was.
    """
    model = _model(decision, champions, cache)
    try:
        scored = _scored(decision, model)
    except ApplicationError:
        # Nothing is logged that was not read, and scored: somebody changed it.
        return ReplayAnswer(decision_id=decision.id, is_same=False, differing=("inputs",), pd=None)
    differing = tuple(_differing(decision, model, scored))
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
    except AbsentBundleError as error:
        raise ProblemError(MODEL_GONE, f"version {version} is not kept here any more") from error
    except (ForeignContractError, ForeignFeaturesError) as error:
        raise ProblemError(MODEL_GONE, f"version {version} is of another release") from error
    except (BundleError, OSError) as error:
        said = f"version {version} is kept here, but is damaged or was changed"
        raise ProblemError(MODEL_UNVERIFIED, said) from error


def _scored(decision: Decision, model: LoadedModel) -> Scored:
    application = read_application(decision.inputs.encode())
    # Whether it was to be explained is not logged: where reasons stand it was. Where none do,
    # nobody asked for them or nothing raised the risk, and either gives none again; and whoever is
    # not approved has them unasked.
    was_explained = decision.reasons != "[]"
    (scored,) = score(model, [application], decision.at_us, [was_explained])
    return scored


def _differing(decision: Decision, model: LoadedModel, scored: Scored) -> Iterator[str]:
    """Find what is logged otherwise than it is decided again: columns, and fields of the answer."""
    reasons = reasons_of(scored)
    again: Mapping[str, object] = {
        "features_digest": scored.features_digest,
        "pd": scored.pd,
        "points": scored.points,
        "verdict": str(scored.verdict),
        "segment": scored.segment,
        "policy_version": scored.policy,
        "reasons": msgspec.json.encode(reasons).decode(),
    }
    yield from (name for name, value in again.items() if getattr(decision, name) != value)
    answer = answer_of(decision.id, model, scored, reasons)
    if decision.answer != answer:
        yield from _differing_fields(decision.answer, answer)


def _differing_fields(logged: str, again: str) -> list[str]:
    """Return the fields in which two answers differ; only ``answer`` where it is none of them."""
    try:
        held = _FIELDS.decode(logged)
    except (msgspec.MsgspecError, UnicodeError):
        return ["answer"]
    made = _FIELDS.decode(again)
    names = [name for name in made | held if made.get(name) != held.get(name)]
    return [f"answer.{name}" for name in names] or ["answer"]

"""Routes: what can be asked of the service."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request

from serving.problems import describe
from serving.schemas import Application, Health, ModelInfo, Problem, Score
from serving.service import ScoringService

router = APIRouter()


def _service(request: Request) -> ScoringService:
    return request.app.state.service


def _json_only(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise HTTPException(415, "send the application as application/json")


Service = Annotated[ScoringService, Depends(_service)]


@router.post(
    "/predict",
    dependencies=[Depends(_json_only)],
    responses={status: describe(status) for status in (400, 413, 415, 422, 503)},
)
async def predict(application: Application, service: Service) -> Score:
    """Estimate the probability that this loan defaults.

    Every field may be left out; the answer lists those that the model would have read. Without
    ``issue_d`` the loan counts as applied for this month.
    """
    scored, version = service.score(application)
    return Score(
        pd=scored.pd,
        points=scored.points,
        band=scored.band,
        segment=scored.segment,
        segment_name=scored.segment_name,
        missing=scored.missing,
        model_version=version,
    )


@router.get("/model", responses={503: describe(503)})
async def model(service: Service) -> ModelInfo:
    """Say which model answers, how it was made, and how good it was on the test split."""
    champion = service.champion
    card = champion.model.bundle.card
    return ModelInfo(
        name=card.name,
        version=champion.model.version,
        digest=champion.model.digest,
        protocol=card.protocol,
        created_at=card.created_at,
        loaded_at=champion.loaded_at.isoformat(timespec="seconds"),
        contract=card.contract,
        run_id=card.run_id,
        metrics=dict(card.metrics),
        features=card.features,
    )


@router.get("/health/live")
async def live() -> Health:
    """Answer as long as the process runs."""
    return Health(status="alive")


@router.get("/health/ready", responses={503: {"model": Problem} | describe(503)})
async def ready(service: Service) -> Health:
    """Answer 200 when a model is loaded, 503 and why when none is."""
    return Health(status="ready", model_version=service.champion.model.version)

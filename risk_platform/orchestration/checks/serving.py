"""Serving: the service that runs answers with the champion that was deployed."""

from http import HTTPStatus

import dagster as dg
import httpx
from pydantic import BaseModel, ValidationError
from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_delay, wait_fixed

from risk_platform.errors.models import BundleError, RegistryError
from risk_platform.handover.models.promotions import Promotion
from risk_platform.handover.models.registry import Registry
from risk_platform.orchestration.monitoring.door import GateDoor
from risk_platform.orchestration.resources import Addresses, ServiceKey
from risk_platform.scoring.bundle import prove

# What is said of a service that has none yet, or of a stranger at its address.
UNAVAILABLE = "no model"


class NobodyThereError(Exception):
    """Nothing listens at the service's address."""


class RefusedError(Exception):
    """The service wants another key than it was shown."""


class Answer(BaseModel):
    """What the check needs of the service's answer."""

    digest: str


@dg.asset_check(asset="deployed_champion", blocking=False)
def a_running_service_answers_with_it(
    deployed_champion: Promotion,
    addresses: Addresses,
    service_key: dg.ResourceParam[ServiceKey],
) -> dg.AssetCheckResult:
    """The scoring service says that it answers with this model; one that does not run may wait."""
    wanted = deployed_champion.digest
    patiently = Retrying(
        stop=stop_after_delay(addresses.patience_seconds),
        wait=wait_fixed(0.5),
        retry=retry_if_result(lambda digest: digest != wanted),
        retry_error_callback=_last,
    )
    try:
        answering = patiently(_answering, addresses.scoring, service_key)
    except NobodyThereError:
        return dg.AssetCheckResult(passed=True, metadata={"service": "none is running"})
    except RefusedError as error:
        answering = str(error)
    return dg.AssetCheckResult(
        passed=answering == wanted,
        metadata={"service": addresses.scoring, "deployed": wanted, "answering": answering},
    )


@dg.asset_check(asset="deployed_champion", blocking=True)
def deployed_champion_scores_as_when_it_was_made(
    deployed_champion: Promotion, registry: dg.ResourceParam[Registry]
) -> dg.AssetCheckResult:
    """What the registry holds is what was deployed, and scores the hand-written applications so."""
    version = deployed_champion.version
    try:
        loaded = registry.load(version)
        prove(loaded.bundle, version)
    except (BundleError, RegistryError) as error:
        return dg.AssetCheckResult(passed=False, description=str(error))
    is_same = loaded.digest == deployed_champion.digest
    said = "" if is_same else f"version {version} has another digest than when it was deployed"
    return dg.AssetCheckResult(passed=is_same, description=said)


@dg.asset_check(asset="serving_gate", blocking=False)
def scoring_runs(gate_door: dg.ResourceParam[GateDoor]) -> dg.AssetCheckResult:
    """Scores may leave the service; where they may not, a person decides when they do again."""
    with gate_door.open() as (_, gate):
        state = gate.state()
    # Nothing is wrong with a gate that nobody has let run yet.
    severity = dg.AssetCheckSeverity.ERROR if state.epoch else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        passed=state.is_running,
        severity=severity,
        description=f"epoch {state.epoch}, by {state.by or 'nobody yet'}: {state.reason}",
    )


def _answering(url: str, key: ServiceKey) -> str:
    """Return the digest of the model that a service answers with."""
    try:
        # The service is on this machine, whatever proxy stands before others.
        answer = httpx.get(f"{url}/model", headers=key.headers, trust_env=False)
        if sentence := _refusal(answer.status_code, key):
            raise RefusedError(sentence)
        return Answer.model_validate_json(answer.raise_for_status().content).digest
    except httpx.ConnectError as error:
        raise NobodyThereError from error
    except (httpx.HTTPError, ValidationError):
        return UNAVAILABLE


def _refusal(status: int, key: ServiceKey) -> str:
    """Say why a key is not good enough; empty where it is."""
    match status:
        case HTTPStatus.UNAUTHORIZED if not key.headers:
            return "it wants a key: let RISK_SERVICE_KEY be one of the role read"
        case HTTPStatus.UNAUTHORIZED:
            return "it does not know the key of RISK_SERVICE_KEY, or that was revoked"
        case HTTPStatus.FORBIDDEN:
            return "the key of RISK_SERVICE_KEY lacks the role read"
        case _:
            return ""


def _last(state: RetryCallState) -> str:
    return UNAVAILABLE if state.outcome is None else state.outcome.result()

"""Alerts: what went wrong in one sentence, posted where people look, and free of secrets."""

import logging
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

import dagster as dg
import httpx
from dagster_shared.error import SerializableErrorInfo
from pydantic import SecretStr
from tenacity import (
    RetryError,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from risk_platform.errors.base import RiskPlatformError
from risk_platform.settings import Settings

ATTEMPTS, POST_SECONDS, LONGEST_WAIT_SECONDS = 4, 5, 5
LONGEST_CAUSE = 500
HIDDEN = "***"
# Dagster wraps what was raised in errors of its own; below those stands ours.
_WRAPPERS = ("Dagster", "RetryRequested")
# What stands before the last @ of an address, and the values of its query: signatures, tokens.
_CREDENTIALS = re.compile(r"(?<=://)\S+(?=@)|(?<=[?&])([^\s=&]+=)[^\s&]+")
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL|WEBHOOK", re.IGNORECASE)
# Shorter values are no secrets, and stand in many a word.
_SHORTEST_SECRET = 6


@dataclass(frozen=True, slots=True)
class Alert:
    """What is said of a failed run.

    Parameters
    ----------
    job, run_id
        The run.
    step
        Where it failed first; empty where no step did.
    cause
        Why, in one sentence.
    link
        Its page in Dagster.
    """

    job: str
    run_id: str
    step: str
    cause: str
    link: str

    @property
    def text(self) -> str:
        """The alert in one line, as chat programs show it."""
        where = f" at {self.step}" if self.step else ""
        return f"Run {self.run_id[:8]} of {self.job} failed{where}: {self.cause} {self.link}"

    def without(self, secrets: Iterable[str]) -> "Alert":
        """Return it with a cause that tells no secret, cut to what a message holds."""
        return replace(self, cause=hide_secrets(self.cause, secrets)[:LONGEST_CAUSE])

    def body(self) -> dict[str, str]:
        """Return what is posted: the line and its parts."""
        return {"text": self.text, **asdict(self)}


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is said of something that no run has failed for.

    Parameters
    ----------
    cause
        What is wrong, in a sentence.
    link
        Where to look.
    """

    cause: str
    link: str

    @property
    def text(self) -> str:
        """The alarm in one line."""
        return f"{self.cause} {self.link}"

    def body(self) -> dict[str, str]:
        """Return what is posted: the line and its parts."""
        return {"text": self.text, **asdict(self)}


class UndeliveredError(RiskPlatformError):
    """A webhook did not take an alert; its address is a secret and is not named."""


class _BusyError(UndeliveredError):
    """A webhook that may take it later."""


def alert_of(
    run: dg.DagsterRun, failure: dg.DagsterEvent, steps: Sequence[dg.DagsterEvent], ui: str
) -> Alert:
    """Say what failed first.

    Parameters
    ----------
    run, failure
        The run and its event of failure.
    steps
        The failures of its steps, the first one first.
    ui
        Address of Dagster's pages.
    """
    first = steps[0] if steps else None
    error = first.step_failure_data.error if first else failure.job_failure_data.error
    return Alert(
        job=run.job_name,
        run_id=run.run_id,
        step=(first.step_key or "") if first else "",
        cause=first_cause(error) or failure.message or "no cause is known",
        link=f"{ui}/runs/{run.run_id}",
    )


def first_cause(error: SerializableErrorInfo | None) -> str:
    """Return the sentence of the error that began it all; empty where there is none."""
    while error and error.cause and (error.cls_name or "").startswith(_WRAPPERS):
        error = error.cause
    if error is None:
        return ""
    # Dagster writes `module.SomeError: sentence`; the sentence is made to stand alone.
    sentence = error.message.partition(f"{error.cls_name}: ")[2] or error.message
    lines = sentence.strip().splitlines()
    return lines[0] if lines else ""


def known_secrets(settings: Settings) -> list[str]:
    """Return what must not be told: secret settings, and variables that are named as secrets."""
    held = [value for name, value in os.environ.items() if _SECRET_NAME.search(name)]
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        held += [value.get_secret_value()] if isinstance(value, SecretStr) else []
    return [secret for secret in held if len(secret) >= _SHORTEST_SECRET]


def hide_secrets(text: str, secrets: Iterable[str]) -> str:
    """Blank secrets, and credentials in addresses."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _CREDENTIALS.sub(lambda found: (found[1] or "") + HIDDEN, text)


def deliver(alert: Alert | Alarm, settings: Settings, log: logging.Logger) -> bool:
    """Post it; what no webhook takes stands in the log of the sensor's tick, and is no success."""
    webhook = settings.alert_webhook.get_secret_value()
    if not webhook:
        log.error(alert.text)
        return True
    try:
        post(alert, webhook)
    except UndeliveredError as error:
        # No traceback: it would name the address.
        log.error("%s (the webhook: %s)", alert.text, error)  # noqa: TRY400
        return False
    return True


def post(alert: Alert | Alarm, webhook: str) -> None:
    """Post an alert, or an alarm, as JSON, patiently.

    Raises
    ------
    UndeliveredError
        The webhook refuses it, or does not answer after some attempts.
    """
    # httpx logs each address, and this one is a secret.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    patiently = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.5, max=LONGEST_WAIT_SECONDS),
        retry=retry_if_exception_type((_BusyError, httpx.TransportError)),
    )
    try:
        patiently(_post_once, alert, webhook)
    except RetryError as error:
        raise UndeliveredError(f"not taken in {ATTEMPTS} attempts") from error
    except httpx.InvalidURL as error:
        raise UndeliveredError("RISK_ALERT_WEBHOOK is no address") from error


def _post_once(alert: Alert | Alarm, webhook: str) -> None:
    answer = httpx.post(webhook, json=alert.body(), timeout=POST_SECONDS)
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
        raise _BusyError(f"answered {answer.status_code}")
    if not answer.is_success:
        raise UndeliveredError(f"answered {answer.status_code}")

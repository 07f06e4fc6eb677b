"""Asking a scoring service, before and after its traffic, what it can be asked."""

import httpx

from risk_platform.commands.drills.traffic import Client
from risk_platform.errors.drills import ServiceAwayError

_PATIENCE_SECONDS = 10.0


def ask(url: str, path: str, client: Client) -> httpx.Response:
    """Return what a service answers, whatever that is.

    Raises
    ------
    ServiceAwayError
        Nobody answers there.
    """
    headers = dict(client.headers)
    try:
        return httpx.get(url + path, headers=headers, timeout=_PATIENCE_SECONDS, trust_env=False)
    except httpx.TransportError as error:
        raise ServiceAwayError(url, str(error) or type(error).__name__) from error


def ask_surely(url: str, path: str, client: Client) -> httpx.Response:
    """Return the answer of a service that has one.

    Raises
    ------
    ServiceAwayError
        It refuses, or nobody answers there.
    """
    answer = ask(url, path, client)
    if not answer.is_success:
        raise ServiceAwayError(url, f"{path} answers {answer.status_code}")
    return answer

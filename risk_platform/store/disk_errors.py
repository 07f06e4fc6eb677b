"""What remote disks raise beside ``OSError``, and what of all that does not pass by itself.

Their libraries are installed where they are wanted, so their errors are looked for when one came.
"""

from collections.abc import Mapping
from http import HTTPStatus
from importlib import import_module
from typing import Any

# Of the answers that blame the asker, those that another moment mends: a request that took too
# long, two writers at once, too many requests.
_PASSING_REFUSALS = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS,
}


def client_errors() -> tuple[type[Exception], ...]:
    """Return what S3's client raises of its own: settings, credentials, the line."""
    return _found("botocore.exceptions", "BotoCoreError")


def line_errors() -> tuple[type[Exception], ...]:
    """Return what is raised where a store is not reached, goes silent, or hangs up in between."""
    return (
        *_found("botocore.exceptions", "ConnectionError", "HTTPClientError"),
        *_found("aiohttp", "ClientConnectionError", "ClientPayloadError"),
    )


def is_refusal(error: BaseException) -> bool:
    """Tell whether a store has answered that it will not: no such bucket, not these credentials.

    Such an answer is told from a local file that may yet come by what S3's client raised below it.
    """
    response: Mapping[str, Any] = getattr(error.__cause__, "response", None) or {}
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    blames = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    # A line on which the request came too slowly S3 counts among the bad requests.
    return blames and status not in _PASSING_REFUSALS and not isinstance(error, TimeoutError)


def _found(module: str, *names: str) -> tuple[type[Exception], ...]:
    try:
        errors = import_module(module)
    except ImportError:
        return ()
    return tuple(getattr(errors, name) for name in names)

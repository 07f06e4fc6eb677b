"""The API as an assistant's tools ask it: answers as they come, and refusals in a sentence."""

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx
from mcp.server.mcpserver.exceptions import ToolError

_PATIENCE_SECONDS = 30.0
_KEY = re.compile(r"risk_([^_]+)_.+")
_SENDABLE = re.compile(r"[!-~]*")
_BROKEN_OFF = (
    "The scoring service hung up, or took too long, before it had answered: whether it did what it "
    "was asked, serving_state and its log say. It takes 64 KiB of an application."
)
Answer = dict[str, Any]


class RefusedError(ToolError):
    """The service did not do what it was asked, or nobody answered.

    Parameters
    ----------
    kind
        Which problem of docs/api.md it was; ``unreachable``; or ``broken-off``, where nobody knows
        whether it did what it was asked.
    sentence
        What an assistant reads.
    """

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(kind, sentence)

    @property
    def kind(self) -> str:
        """Which problem it was."""
        return self.args[0]

    def __str__(self) -> str:
        """Say what an assistant reads."""
        return self.args[1]


class ScoringApi:
    """The scoring service, asked by one key.

    Parameters
    ----------
    url
        Its address.
    secret
        The key; empty: none.
    """

    def __init__(self, url: str, secret: str) -> None:
        self.url, self._secret = url, secret

    @property
    def has_key(self) -> bool:
        """Whether there is a key."""
        return bool(self._secret)

    @property
    def key_id(self) -> str:
        """What is known of the key everywhere; empty where there is none, or it is none of ours."""
        found = _KEY.fullmatch(self._secret)
        return found[1] if found else ""

    async def get(self, path: str) -> Answer:
        """Return what it answers.

        Raises
        ------
        RefusedError
            It does not.
        """
        return await self._ask("GET", path, None)

    async def post(self, path: str, body: Mapping[str, object]) -> Answer:
        """Send JSON, and return what it answers; raise what ``get`` does."""
        return await self._ask("POST", path, body)

    async def _ask(self, method: str, path: str, body: Mapping[str, object] | None) -> Answer:
        sent = None if body is None else _encoded(body)
        try:
            async with httpx.AsyncClient(timeout=_PATIENCE_SECONDS, trust_env=False) as client:
                answer = await client.request(
                    method, self.url + path, content=sent, headers=self._headers()
                )
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            said = (
                f"The scoring service does not answer at {self.url}: `risk-platform up` starts it."
            )
            raise RefusedError("unreachable", said) from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            said = f"{self.url} is no address of a scoring service: give one as http://host:port."
            raise RefusedError("unreachable", said) from error
        except httpx.TransportError as error:
            raise RefusedError("broken-off", _BROKEN_OFF) from error
        if not answer.is_success:
            raise _refusal(answer)
        return self._read(answer)

    def _headers(self) -> dict[str, str]:
        if not _SENDABLE.fullmatch(self._secret):
            said = "The key that this server was given holds a character that none of ours has."
            raise RefusedError("unauthorised", said)
        told = {"Content-Type": "application/json"}
        return told | {"Authorization": f"Bearer {self._secret}"} if self._secret else told

    def _read(self, answer: httpx.Response) -> Answer:
        try:
            return Answer(answer.json())
        except (ValueError, TypeError) as error:
            said = f"What answers at {self.url} is no scoring service of ours."
            raise RefusedError("unknown", said) from error


def _encoded(body: Mapping[str, object]) -> bytes:
    try:
        return json.dumps(body, allow_nan=False).encode()
    except ValueError as error:
        said = "NaN and infinity are no numbers of JSON: leave out what is not known."
        raise RefusedError("malformed", said) from error


def _refusal(answer: httpx.Response) -> RefusedError:
    """Return what a problem says, with all the places that it names."""
    if not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return RefusedError("unknown", f"It was answered by {answer.status_code}, and no reason.")
    told = answer.json()
    faults = [f"{one['pointer'] or 'all of it'}: {one['detail']}" for one in told.get("errors", ())]
    said = "; ".join([f"{told['title']}: {told['detail']}", *faults])
    wait = answer.headers.get("retry-after")
    again = f" Ask again in {wait} seconds at the earliest." if wait else ""
    return RefusedError(told["type"].rpartition(":")[2], f"{said}.{again}")

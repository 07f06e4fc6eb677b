"""The API as an assistant's tools ask it: answers as they come, and refusals in a sentence."""

from collections.abc import Mapping
from typing import Any

import httpx
from mcp.server.mcpserver.exceptions import ToolError

_PATIENCE_SECONDS = 30.0
Answer = dict[str, Any]


class RefusedError(ToolError):
    """The service did not do what it was asked, or nobody answered.

    Parameters
    ----------
    kind
        Which problem of docs/api.md it was, or ``unreachable``.
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
        parts = self._secret.split("_", 2)
        return parts[1] if len(parts) == 3 else ""  # noqa: PLR2004 - prefix, id, secret

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
        headers = {"Authorization": f"Bearer {self._secret}"} if self._secret else {}
        try:
            async with httpx.AsyncClient(timeout=_PATIENCE_SECONDS, trust_env=False) as client:
                answer = await client.request(method, self.url + path, json=body, headers=headers)
        except httpx.TransportError as error:
            raise RefusedError(
                "unreachable",
                f"The scoring service does not answer at {self.url}: `risk-platform up` starts it.",
            ) from error
        if not answer.is_success:
            raise _refusal(answer)
        return answer.json()


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

"""Writing tools: they try, and do nothing until a person has confirmed it and lent a key.

There is none for an approval. What one person asked for another approves, and that is a person.
"""

from typing import Annotated

from mcp.server import MCPServer
from mcp.types import ToolAnnotations
from pydantic import Field

from risk_platform.commands.mcp.api import Answer, RefusedError, ScoringApi

_MOVES = ToolAnnotations(read_only_hint=False, destructive_hint=True, open_world_hint=False)
_CONFIRM = "nothing was done: show this to a person, and call again with confirmed=true if told to"
_NO_KEY = "nothing was done, nor can be: whoever runs this server sets RISK_MCP_OPERATOR_KEY"

Reason = Annotated[str, Field(min_length=1, max_length=2_000, description="Why: it is recorded")]
# Nothing but true is: "yes", or 1, is a word of the assistant's own.
Confirmed = Annotated[
    bool, Field(strict=True, description="Whether a person has told you to do exactly this")
]
Incident = Annotated[str | None, Field(description="Name under which it is followed up")]
Epoch = Annotated[int, Field(ge=0, description="Which stop it is to clear: serving_state says it")]


class WritingTools:
    """What an assistant may do, once it is confirmed.

    Parameters
    ----------
    reader
        The service, by the key that looks.
    operator
        The service, by the key that moves the gate.
    """

    def __init__(self, reader: ScoringApi, operator: ScoringApi) -> None:
        self._reader, self._operator = reader, operator

    def give_to(self, server: MCPServer) -> None:
        """Let a server offer them."""
        for tool in (self.stop_scoring, self.ask_for_resume):
            server.add_tool(tool, annotations=_MOVES)

    async def stop_scoring(
        self, reason: Reason, incident: Incident = None, *, confirmed: Confirmed = False
    ) -> Answer:
        """Stop all scoring at once; two people let it run again. Tries unless confirmed."""
        body = {"reason": reason, "incident": incident}
        return await self._do("/serving-state/stop", body, confirmed=confirmed)

    async def ask_for_resume(
        self,
        reason: Reason,
        epoch: Epoch,
        incident: Incident = None,
        evidence: Annotated[
            str | None, Field(description="Digest of a verdict of drift since the stop")
        ] = None,
        *,
        confirmed: Confirmed = False,
    ) -> Answer:
        """Ask that scoring run again; another person approves it. Tries unless confirmed."""
        body = {"reason": reason, "epoch": epoch, "incident": incident, "evidence": evidence}
        return await self._do("/serving-state/resume-requests", body, confirmed=confirmed)

    async def _do(self, route: str, body: Answer, *, confirmed: bool) -> Answer:
        if confirmed and self._operator.has_key:
            return {"dry_run": False, "answer": await self._operator.post(route, body)}
        if confirmed:
            raise RefusedError("no-operator-key", _NO_KEY)
        return {
            "dry_run": True,
            "would_send": {"route": f"POST {route}", "body": body},
            "as_it_stands": await self._reader.get("/serving-state"),
            "what_to_do": _CONFIRM if self._operator.has_key else _NO_KEY,
        }

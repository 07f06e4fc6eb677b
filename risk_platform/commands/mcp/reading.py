"""Reading tools: each asks one door of the service, and gives back its numbers and no others."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.types import ToolAnnotations
from pydantic import Field

from risk_platform.commands.mcp.api import Answer, RefusedError, ScoringApi

_LOOKS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
# It adds a decision to the log, and takes none away.
_DECIDES = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)
_ID = re.compile(r"[0-9a-fA-F-]{1,36}")
_SHOWN = ("pd", "points", "band", "verdict", "reasons", "decision_id")
_RECORDED = "each of these is a decision in the log, made by this server's key"

Application = Annotated[
    dict[str, Any],
    Field(description="Fields of the loan application by LendingClub's names, as GET /schema says"),
]
Changes = Annotated[
    list[dict[str, Any]],
    Field(
        min_length=1, max_length=20, description="Fields to change, for each variant; null: drop"
    ),
]
DecisionId = Annotated[str, Field(description="Id that an answer gave, a UUID")]


class ReadingTools:
    """What an assistant may ask freely.

    Parameters
    ----------
    api
        The service, by a key of the roles ``read`` and ``score``.
    """

    def __init__(self, api: ScoringApi) -> None:
        self._api = api

    def give_to(self, server: MCPServer) -> None:
        """Let a server offer them."""
        for tool in (
            self.explain_decision,
            self.drift_status,
            self.model_card,
            self.serving_state,
        ):
            server.add_tool(tool, annotations=_LOOKS)
        for tool in (self.score, self.what_if):
            server.add_tool(tool, annotations=_DECIDES)

    async def score(self, application: Application) -> Answer:
        """Decide one application: PD, points, verdict and reasons; the decision is recorded."""
        return await self._api.post("/predict?explain=true", application)

    async def what_if(self, application: Application, changes: Changes) -> Answer:
        """Show what a decision hangs on: decide an application as it is and with changes.

        Nothing is decided off the record: all of them are decisions in the log, by this server's
        key.
        """
        asked = [application, *(_changed(application, one) for one in changes)]
        answer = await self._api.post("/predict/batch?explain=true", {"applications": asked})
        as_it_is, *variants = answer["scores"]
        return {
            "as_it_is": _short(as_it_is),
            "variants": [
                {"changes": made, "more_points": one["points"] - as_it_is["points"], **_short(one)}
                for made, one in zip(changes, variants, strict=True)
            ],
            "recorded": _RECORDED,
        }

    async def explain_decision(self, decision_id: DecisionId) -> Answer:
        """Show a decision as it stands in the log, its reasons, and whether it comes out again."""
        found = await self._api.get(f"/decisions/{_one_part(decision_id)}")
        try:
            replay = await self._api.get(f"/decisions/{_one_part(decision_id)}/replay")
        except RefusedError as refusal:
            replay = {"problem": refusal.kind, "sentence": str(refusal)}
        return {"decision": found, "replay": replay}

    async def drift_status(self) -> Answer:
        """Say how far those who apply have drifted from those whom the model was trained on."""
        return await self._api.get("/drift-status")

    async def model_card(self) -> Answer:
        """Say which model answers, how it was made, and how good it was on the test split."""
        return await self._api.get("/model")

    async def serving_state(self) -> Answer:
        """Say whether scoring runs, who moved the gate last, and why."""
        return await self._api.get("/serving-state")


def _changed(application: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return an application with changes; what is changed to nothing is left out."""
    whole = {**application, **changes}
    return {name: value for name, value in whole.items() if value is not None}


def _short(score: Mapping[str, Any]) -> Answer:
    return {name: score[name] for name in _SHOWN}


def _one_part(text: str) -> str:
    """Return a part of a path that stays one, whatever an assistant made of it."""
    if not _ID.fullmatch(text):
        raise RefusedError("not-found", "A decision's id is 36 hexadecimal digits and hyphens.")
    return text

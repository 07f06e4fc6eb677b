"""Answers: their fields, and what OpenAPI says of each."""

from typing import Annotated

from msgspec import Meta, Raw, Struct

from risk_platform.handover.drift import Light
from risk_platform.handover.gating.events import ActorType
from risk_platform.handover.gating.state import State
from risk_platform.scoring.points import Band
from risk_platform.scoring.policy import Verdict

Probability = Annotated[float, Meta(gt=0, lt=1)]


class Reason(Struct, frozen=True, kw_only=True):
    """One of the up to four things that raised the PD most."""

    code: Annotated[str, Meta(description="Stable code of the reason")]
    text: Annotated[str, Meta(description="The reason in English")]
    text_es: Annotated[str, Meta(description="The reason in Spanish")]
    contribution: Annotated[float, Meta(description="By how much it raised the log-odds")]
    points: Annotated[float, Meta(description="The same in points")]


class ScoreAnswer(Struct, frozen=True, kw_only=True):
    """What the service decides of an application."""

    decision_id: Annotated[str, Meta(description="Id in the decision log, UUIDv7")]
    pd: Annotated[Probability, Meta(description="Probability of default by the model's protocol")]
    points: Annotated[int, Meta(description="600 at odds of 50 to 1; 20 more double the odds")]
    band: Annotated[Band, Meta(description="Risk in a word, by points")]
    verdict: Annotated[Verdict, Meta(description="What becomes of it, by the policy in force")]
    segment: Annotated[int, Meta(description="Group of borrowers who are alike, 1 the largest")]
    segment_name: Annotated[str, Meta(description="What sets it apart; no PD hangs on it")]
    reasons: Annotated[
        tuple[Reason, ...],
        Meta(description="What raised the PD most: always with refer or decline, else when asked"),
    ]
    model_version: Annotated[int, Meta(description="Version of the champion in the registry")]
    model_digest: Annotated[str, Meta(description="SHA-256 of the bundle's manifest")]
    policy: Annotated[str, Meta(description="Version of the policy in force")]
    missing: Annotated[
        tuple[str, ...],
        Meta(description="Columns that are asked for and the model reads, and nobody gave"),
    ]
    too_little_known: Annotated[
        bool, Meta(description="Fields with more than half of the model's gain are missing")
    ]


class BatchAnswer(Struct, frozen=True):
    """The scores of a batch, in the order of its applications."""

    scores: tuple[ScoreAnswer, ...]


class DecisionAnswer(Struct, frozen=True, kw_only=True):
    """A decision as it stands in the log."""

    decision_id: str
    at: Annotated[str, Meta(description="When it was made, ISO 8601, UTC")]
    key_id: Annotated[str, Meta(description="Id of the key that asked")]
    # These are shown as they were logged: an earlier release may have answered in other fields.
    inputs: Annotated[
        Raw,
        Meta(
            description="What was given, but for what no model reads",
            extra_json_schema={
                "type": "object",
                "additionalProperties": {
                    "anyOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]
                },
            },
        ),
    ]
    features_digest: Annotated[str, Meta(description="SHA-256 of the model's inputs")]
    latency_us: Annotated[int, Meta(description="From the request's arrival to the log")]
    answer: Annotated[Raw, Meta(extra_json_schema={"$ref": "#/components/schemas/ScoreAnswer"})]


class ReplayAnswer(Struct, frozen=True, kw_only=True):
    """A decision of the log, decided again by the model that it came by."""

    decision_id: str
    is_same: Annotated[bool, Meta(description="Whether all of it came out again, to the bit")]
    differing: Annotated[
        tuple[str, ...],
        Meta(description="What did not: columns of the log, and fields of the answer"),
    ]
    pd: Annotated[
        Probability | None,
        Meta(description="The PD that came out; null: the inputs cannot be read"),
    ]


class RequestAnswer(Struct, frozen=True, kw_only=True):
    """What one person asked to let go on, and another may approve."""

    request_id: str
    epoch: Annotated[int, Meta(description="The stop that it is to clear")]
    key_id: Annotated[str | None, Meta(description="The suspended key; null: all of scoring")]
    by: Annotated[str, Meta(description="Name of the key, or of the person, that asked")]
    reason: str
    at: Annotated[str, Meta(description="When it was asked for, ISO 8601, UTC")]
    until: Annotated[str, Meta(description="Until when it can be approved, ISO 8601, UTC")]
    evidence: Annotated[str | None, Meta(description="Digest of a verdict of drift")]
    incident: str | None


class MoveAnswer(Struct, frozen=True, kw_only=True):
    """By what the gate was moved last."""

    actor_type: ActorType
    trigger: Annotated[str, Meta(description="The rule that set it off")]
    evidence: Annotated[str | None, Meta(description="Digest of a verdict of drift")]
    window_from: Annotated[str | None, Meta(description="Begin of the window, ISO 8601, UTC")]
    window_until: Annotated[str | None, Meta(description="Its end, which it does not hold")]
    decisions: Annotated[int | None, Meta(description="How many decisions it held")]
    model_digest: Annotated[str | None, Meta(description="Which model decided them")]
    incident: str | None


class StateAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether scoring runs, who moved the gate last, and why; more to who watches over it."""

    state: State
    epoch: Annotated[int, Meta(description="How often it was moved; 0: nobody ever did")]
    since: Annotated[str, Meta(description="When it was moved, ISO 8601, UTC")]
    by: str
    reason: str
    lease_seconds: Annotated[
        float, Meta(description="For how long scoring may run yet; negative: that has ended")
    ]
    what_to_do: Annotated[str, Meta(description="Where it is stopped")] = ""
    suspended_keys: Annotated[
        tuple[str, ...], Meta(description="Ids of keys for which nothing is decided")
    ] = ()
    requests: Annotated[
        tuple[RequestAnswer, ...], Meta(description="What was asked for, and nobody approved yet")
    ] = ()
    move: Annotated[MoveAnswer | None, Meta(description="By what it was moved last")] = None


class DriftAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the last report of drift found; without one, or with one of another model, no light."""

    light: Annotated[
        Light | None, Meta(description="null: nothing was found out of the model that answers")
    ]
    sentence: str
    since: Annotated[str | None, Meta(description="Begin of the window, ISO 8601, UTC")] = None
    until: Annotated[str | None, Meta(description="Its end, which it does not hold")] = None
    decisions: Annotated[int | None, Meta(description="How many decisions it holds")] = None
    model_version: Annotated[
        int | None, Meta(description="Whose reference they were held against")
    ] = None
    share: Annotated[
        float | None, Meta(description="Drifted inputs, weighted by importance, 0 to 1")
    ] = None
    threshold: Annotated[float | None, Meta(description="From which share on it is red")] = None
    drifted: Annotated[
        tuple[str, ...], Meta(description="Inputs that have drifted, the most important first")
    ] = ()
    rules: Annotated[
        tuple[str, ...], Meta(description="By which rules scoring was to stop, each in a sentence")
    ] = ()
    at: Annotated[str | None, Meta(description="When it was found, ISO 8601, UTC")] = None
    looked_at: Annotated[
        str | None, Meta(description="When decisions were last looked at, ISO 8601, UTC")
    ] = None


class ModelAnswer(Struct, frozen=True, kw_only=True):
    """The champion that answers."""

    name: str
    version: int
    digest: Annotated[str, Meta(description="SHA-256 of the bundle's manifest")]
    protocol: str
    created_at: Annotated[str, Meta(description="Time of training, ISO 8601, UTC")]
    loaded_at: Annotated[str, Meta(description="Since when it answers, ISO 8601, UTC")]
    contract: Annotated[str, Meta(description="Digest of the contract of columns")]
    run_id: Annotated[str, Meta(description="The Dagster run that made it")]
    metrics: Annotated[dict[str, float], Meta(description="Figures on the test split")]
    features: Annotated[tuple[str, ...], Meta(description="Model inputs, in order")]


class HealthAnswer(Struct, frozen=True):
    """How the service is."""

    status: str
    model_version: int | None = None


class FaultAnswer(Struct, frozen=True):
    """What is wrong at one place of a body."""

    pointer: Annotated[str, Meta(description="The place as a JSON pointer; empty: the whole body")]
    detail: Annotated[str, Meta(description="What was expected there")]


class ProblemAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error as RFC 9457 has it."""

    type: Annotated[str, Meta(description="One of the types in docs/api.md")]
    title: str
    status: int
    detail: str
    instance: Annotated[str | None, Meta(description="Name of the stop")] = None
    epoch: Annotated[int | None, Meta(description="Number of the stop")] = None
    since: Annotated[str | None, Meta(description="When it was stopped, ISO 8601, UTC")] = None
    rule: Annotated[str | None, Meta(description="Which rule speaks against a resume")] = None
    errors: Annotated[
        tuple[FaultAnswer, ...], Meta(description="Where something is wrong, up to 20 places")
    ] = ()

"""Traffic: applications posted at an even rate, whether or not earlier ones were answered."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import httpx

from risk_platform.evaluation.drills import Counts

_PROBLEM = "urn:risk:problem:"
REFUSED, STOPPED, SUSPENDED = "invalid-application", "serving-stopped", "key-suspended"
# More than are ever on their way to a service that answers; beyond it nothing is sent.
_AT_ONCE = 200
_PATIENCE_SECONDS = 15.0
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who sends applications: by which key; without a secret where none is asked for."""

    key_id: str = ""
    secret: str = field(default="", repr=False)

    @property
    def headers(self) -> Mapping[str, str]:
        """What its requests carry."""
        return {"Authorization": f"Bearer {self.secret}"} if self.secret else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One application on its way: whose it is, and whether it is one of a bad day."""

    body: bytes
    client: Client
    is_bad: bool = False
    idempotency_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of an application.

    Parameters
    ----------
    post
        What was sent.
    sent_at, heard_at
        When it was sent, and answered, by the monotonic clock.
    status, problem
        The answer's; 0: there was none. The problem's type without its prefix.
    decision
        What was decided, of a decision.
    """

    post: Post
    sent_at: float
    heard_at: float
    status: int = 0
    problem: str = ""
    decision: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_decided(self) -> bool:
        """Whether it is a decision."""
        return bool(self.decision)

    @property
    def is_failure(self) -> bool:
        """Whether it is none, and no answer that a drill is about."""
        return not self.decision and self.problem not in {REFUSED, STOPPED, SUSPENDED}


async def send(
    url: str,
    posts: Iterable[Post],
    per_second: float,
    heard: Callable[[Answer], None],
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """Post applications evenly until there are no more, or it is over; wait for all answers.

    Parameters
    ----------
    url
        Of the scoring service.
    posts, per_second
        What is posted, and how many in a second.
    heard
        Is told each answer as it comes.
    is_over
        Asked before each post.
    """
    limits = httpx.Limits(max_connections=_AT_ONCE)
    few = asyncio.Semaphore(_AT_ONCE)
    options = {"base_url": url, "timeout": _PATIENCE_SECONDS, "trust_env": False}
    async with httpx.AsyncClient(limits=limits, **options) as service, asyncio.TaskGroup() as group:
        began = time.monotonic()
        for number, post in enumerate(posts):
            await asyncio.sleep(began + number / per_second - time.monotonic())
            if is_over():
                return
            await few.acquire()
            asking = group.create_task(_ask(service, post, heard))
            asking.add_done_callback(lambda _: few.release())


async def _ask(service: httpx.AsyncClient, post: Post, heard: Callable[[Answer], None]) -> None:
    headers = {**_JSON, **post.client.headers}
    if post.idempotency_key:
        headers["Idempotency-Key"] = post.idempotency_key
    sent_at = time.monotonic()
    try:
        answer = await service.post("/predict", content=post.body, headers=headers)
    except httpx.TransportError:
        heard(Answer(post=post, sent_at=sent_at, heard_at=time.monotonic()))
        return
    said = answer.json()
    heard(
        Answer(
            post=post,
            sent_at=sent_at,
            heard_at=time.monotonic(),
            status=answer.status_code,
            problem="" if answer.is_success else str(said["type"]).removeprefix(_PROBLEM),
            decision=said if answer.is_success else {},
        )
    )


def counted(answers: Iterable[Answer]) -> Counts:
    """Count what became of applications."""
    given = list(answers)
    decided = [one for one in given if one.is_decided]
    refused = sum(one.problem == REFUSED for one in given)
    stopped = sum(one.problem in {STOPPED, SUSPENDED} for one in given)
    return Counts(
        sent=len(given),
        decided=len(decided),
        decisions=len({one.decision["decision_id"] for one in decided}),
        refused=refused,
        stopped=stopped,
        failed=sum(one.is_failure for one in given),
    )

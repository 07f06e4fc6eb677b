"""The record of a drill: every answer, in the order in which they came, and what they show."""

from collections import Counter
from collections.abc import Iterable, Mapping

from risk_platform.commands.drills.traffic import (
    REFUSED,
    STOPPED,
    SUSPENDED,
    Answer,
    Client,
    counted,
)
from risk_platform.evaluation.drills import Counts


class Record:
    """What was heard.

    Parameters
    ----------
    senders
        Who is to be stopped, where it is not everybody.

    Attributes
    ----------
    suspended
        Ids of the keys whose clients heard that they are suspended.
    stopped_at, suspended_at
        When a client first heard that scoring is stopped, and the last of the senders that it is
        suspended, by the monotonic clock; ``None``: they did not.
    suspended_last
        Id of the key of that last one; empty: not all of them heard so.
    """

    def __init__(self, senders: Iterable[Client]) -> None:
        self._answers = list[Answer]()
        self._senders = {one.key_id for one in senders}
        self.suspended = set[str]()
        self.stopped_at: float | None = None
        self.suspended_at: float | None = None
        self.suspended_last = ""

    def hear(self, answer: Answer) -> None:
        """Remember an answer."""
        self._answers.append(answer)
        if answer.problem == STOPPED and self.stopped_at is None:
            self.stopped_at = answer.heard_at
        if answer.problem == SUSPENDED:
            self.suspended.add(answer.post.client.key_id)
            if self.suspended_at is None and self.suspended >= self._senders:
                self.suspended_at = answer.heard_at
                self.suspended_last = answer.post.client.key_id

    @property
    def is_over(self) -> bool:
        """Whether all were stopped that are to be."""
        return self.stopped_at is not None or self.suspended_at is not None

    @property
    def bad(self) -> Counts:
        """What became of bad applications."""
        return counted(one for one in self._answers if one.post.is_bad)

    @property
    def ordinary(self) -> Counts:
        """What became of ordinary ones."""
        return counted(one for one in self._answers if not one.post.is_bad)

    @property
    def began_at(self) -> float | None:
        """When the first bad application was sent."""
        return min((one.sent_at for one in self._answers if one.post.is_bad), default=None)

    @property
    def first_refused_at(self) -> float | None:
        """When the first bad application was refused at the door."""
        refused = (one for one in self._answers if one.post.is_bad and one.problem == REFUSED)
        return min((one.heard_at for one in refused), default=None)

    @property
    def first_decided_at(self) -> float | None:
        """When the first decision was heard."""
        return min((one.heard_at for one in self._answers if one.is_decided), default=None)

    @property
    def decisions(self) -> list[Mapping[str, object]]:
        """All that was decided, in the order in which it was heard."""
        return [one.decision for one in self._answers if one.is_decided]

    @property
    def pds(self) -> Mapping[bytes, object]:
        """Each application that was decided, and its PD."""
        decided = (one for one in self._answers if one.is_decided)
        return {one.post.body: one.decision["pd"] for one in decided}

    @property
    def failures(self) -> Counter[str]:
        """How many applications failed, by the type of the problem."""
        return Counter(one.problem or "no answer" for one in self._answers if one.is_failure)

    def decided_since(self, moment: float) -> int:
        """Count the decisions that were asked for from a moment on."""
        return sum(one.is_decided and one.sent_at >= moment for one in self._answers)

"""The lender's policy: which scores are approved, referred to a person, or declined."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property

# Of the digest of a policy, so many letters tell it from others.
_VERSION_LETTERS = 12


class Verdict(StrEnum):
    """What becomes of an application."""

    APPROVE = "approve"
    REFER = "refer"
    DECLINE = "decline"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Two thresholds, in points; what lies between them is looked at by a person.

    Parameters
    ----------
    approve_from
        Applications with at least so many points are approved.
    decline_below
        Those with fewer points than this are declined.
    """

    approve_from: int = 560
    decline_below: int = 540

    def __post_init__(self) -> None:
        """Refuse what is no policy.

        Raises
        ------
        ValueError
            A threshold is no whole number, or some score would be both approved and declined.
        """
        if any(type(points) is not int for points in (self.approve_from, self.decline_below)):
            raise ValueError("thresholds of a policy are whole numbers of points")
        if self.approve_from < self.decline_below:
            raise ValueError(
                f"{self.approve_from} points would be approved, and declined below "
                f"{self.decline_below}"
            )

    @cached_property
    def version(self) -> str:
        """What tells this policy from others: the beginning of the SHA-256 of its thresholds."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:_VERSION_LETTERS]

    def verdict(self, points: int) -> Verdict:
        """Return what becomes of an application with so many points."""
        if points >= self.approve_from:
            return Verdict.APPROVE
        return Verdict.DECLINE if points < self.decline_below else Verdict.REFER

    def to_json(self) -> str:
        """Return the policy as JSON, the same text for the same policy."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Policy":
        """Read what ``to_json`` wrote.

        Raises
        ------
        ValueError, TypeError, KeyError
            It is none.
        """
        data = json.loads(text)
        if set(data) != {"approve_from", "decline_below"}:
            raise ValueError("a policy has two thresholds, approve_from and decline_below")
        return cls(**data)


USUAL = Policy()

"""Rings of keys for tests: one key a role, and nothing stored."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from risk_platform.errors.handover import KeysUnavailableError
from serving.keyring import Role

SECRETS: Mapping[str, str] = {role: f"canary-secret-of-{role}" for role in Role}


@dataclass(frozen=True)
class OneRole:
    """Who holds a key of one role."""

    id: str
    roles: AbstractSet[str]


class RingOfRoles:
    """A key for each role."""

    def find(self, secret: str) -> OneRole | None:
        """Return whose secret it is."""
        names = {secret: role for role, secret in SECRETS.items()}
        role = names.get(secret)
        return OneRole(f"key-{role}", frozenset({role})) if role else None


def bearer(secret: str) -> dict[str, str]:
    """Return the header that shows a key."""
    return {"Authorization": f"Bearer {secret}"}


class RingOfOneKey:
    """A single key that is good for everything."""

    SECRET = "canary-secret-of-all"  # noqa: S105 - it opens a test

    def find(self, secret: str) -> OneRole | None:
        """Return whose secret it is."""
        return OneRole("key-all", frozenset(Role)) if secret == self.SECRET else None


class StaleRing:
    """A ring that could not be read lately."""

    def find(self, secret: str) -> OneRole | None:
        """Say so."""
        del secret
        raise KeysUnavailableError(4.0)

"""Rings of keys for tests: one key a role, and nothing stored."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from risk_platform.errors.handover import KeysUnavailableError
from serving.keyring import Role

SECRETS: Mapping[str, str] = {role: f"canary-secret-of-{role}" for role in Role}


@dataclass(frozen=True)
class Someone:
    """Who holds a key."""

    id: str
    roles: AbstractSet[str]

    @property
    def name(self) -> str:
        """Called as its id is."""
        return self.id


class RingOfRoles:
    """A key for each role."""

    def find(self, secret: str) -> Someone | None:
        """Return whose secret it is."""
        names = {secret: role for role, secret in SECRETS.items()}
        role = names.get(secret)
        return Someone(f"key-{role}", frozenset({role})) if role else None


class RingOfPeople:
    """Keys of people, each of whom shows his name as the secret.

    Parameters
    ----------
    people
        What each one's key is good for, by his name.
    """

    def __init__(self, people: Mapping[str, AbstractSet[str]]) -> None:
        self._people = people

    def find(self, secret: str) -> Someone | None:
        """Return whose secret it is."""
        roles = self._people.get(secret)
        return None if roles is None else Someone(secret, roles)


def bearer(secret: str) -> dict[str, str]:
    """Return the header that shows a key."""
    return {"Authorization": f"Bearer {secret}"}


class RingOfOneKey:
    """A single key that is good for everything."""

    SECRET = "canary-secret-of-all"  # noqa: S105 - it opens a test

    def find(self, secret: str) -> Someone | None:
        """Return whose secret it is."""
        return Someone("key-all", frozenset(Role)) if secret == self.SECRET else None


class StaleRing:
    """A ring that could not be read lately."""

    def find(self, secret: str) -> Someone | None:
        """Say so."""
        del secret
        raise KeysUnavailableError(4.0)

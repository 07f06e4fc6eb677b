"""Keys: who may ask for what. Where they are kept is not known here."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from risk_platform.handover.access.roles import Role


class Holder(Protocol):
    """Whoever shows a key."""

    @property
    def id(self) -> str:
        """Of the key: it stands in logs, the secret never."""
        ...

    @property
    def name(self) -> str:
        """Of the key, as people know it: by that it acts on the gate."""
        ...

    @property
    def roles(self) -> AbstractSet[str]:
        """What the key is good for."""
        ...


class KeyRing(Protocol):
    """All keys that are good at the moment."""

    def find(self, secret: str) -> Holder | None:
        """Return whose secret this is; ``None``: nobody's. It never waits.

        Raises
        ------
        KeysUnavailableError
            Which keys are good is not known at present.
        """
        ...


@dataclass(frozen=True, slots=True)
class Anyone:
    """Who asks where no key is asked for."""

    id: str = "anyone"
    name: str = "anyone"
    roles: AbstractSet[str] = frozenset(Role)

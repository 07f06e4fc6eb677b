"""API keys: who may ask the service, and for what. Of a secret only its SHA-256 is kept.

A secret holds 256 random bits, so that a fast hash is enough: there is nothing to guess.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from risk_platform.errors.handover import (
    KeysUnavailableError,
    TakenKeyNameError,
    UnknownKeyError,
)
from risk_platform.handover.access.roles import Role
from risk_platform.handover.clock import now_us
from risk_platform.handover.database import Database
from risk_platform.handover.tables import API_KEYS, API_SECRETS

_PREFIX = "risk"
_SECRET_BYTES = 32
# A ring that was not refreshed for this long knows of no revocation: it opens nothing.
STALE_SECONDS = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Who asks; it stays the same when the secret is rotated.

    Parameters
    ----------
    id, name
        By which decisions know it, and people.
    roles
        What it opens.
    unknown_roles
        What it may open besides, by a later version of this code; nothing here.
    """

    id: str
    name: str
    roles: frozenset[Role]
    unknown_roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """A key, and what became of it; times are microseconds since 1970, UTC, or ``None``."""

    key: Key
    made_us: int
    revoked_us: int | None


class Keys:
    """The keys of one database.

    Parameters
    ----------
    database
        Where they are. Each method raises ``LogUnavailableError`` where that does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str, roles: Collection[Role]) -> str:
        """Make a key, and return its secret, which nobody can show again.

        Raises
        ------
        TakenKeyNameError
            There was a key of that name.
        """
        key_id, now = secrets.token_hex(6), now_us()
        row = {"id": key_id, "name": name, "roles": " ".join(sorted(roles)), "made_us": now}
        secret, digest = _secret(key_id)
        try:
            with self._database.writing() as connection:
                connection.execute(insert(API_KEYS).values(row))
                connection.execute(
                    insert(API_SECRETS).values(digest=digest, key_id=key_id, made_us=now)
                )
        except IntegrityError as error:
            raise TakenKeyNameError(name) from error
        return secret

    def rotate(self, name: str, overlap_seconds: float) -> str:
        """Make a new secret for a key; those that it has end after the overlap.

        Raises
        ------
        UnknownKeyError
            There is no such key, or it was revoked.
        """
        now = now_us()
        until = now + int(overlap_seconds * 1_000_000)
        with self._database.writing() as connection:
            sought = select(API_KEYS.c.id).where(API_KEYS.c.name == name)
            key_id = connection.execute(sought.where(API_KEYS.c.revoked_us.is_(None))).scalar()
            if key_id is None:
                raise UnknownKeyError(name)
            lasting = API_SECRETS.c.until_us.is_(None) | (API_SECRETS.c.until_us > until)
            connection.execute(
                update(API_SECRETS)
                .where(API_SECRETS.c.key_id == key_id, lasting)
                .values(until_us=until)
            )
            secret, digest = _secret(key_id)
            connection.execute(
                insert(API_SECRETS).values(digest=digest, key_id=key_id, made_us=now)
            )
        return secret

    def revoke(self, name: str) -> None:
        """Let a key open nothing any more.

        Raises
        ------
        UnknownKeyError
            There is no such key, or it was revoked before.
        """
        known = (API_KEYS.c.name == name, API_KEYS.c.revoked_us.is_(None))
        with self._database.writing() as connection:
            done = connection.execute(update(API_KEYS).where(*known).values(revoked_us=now_us()))
            if not done.rowcount:
                raise UnknownKeyError(name)

    def all(self) -> list[KeyRecord]:
        """Return all keys that ever were, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(API_KEYS).order_by(API_KEYS.c.name)).mappings()
            return [
                KeyRecord(key=_key(row), made_us=row["made_us"], revoked_us=row["revoked_us"])
                for row in rows
            ]

    def live(self) -> dict[str, "LiveKey"]:
        """Return the keys that open something, by id."""
        sought = (
            select(API_KEYS, API_SECRETS.c.digest, API_SECRETS.c.until_us)
            .join(API_SECRETS, API_SECRETS.c.key_id == API_KEYS.c.id)
            .where(API_KEYS.c.revoked_us.is_(None))
        )
        found: dict[str, LiveKey] = {}
        with self._database.reading() as connection:
            for row in connection.execute(sought).mappings():
                live = found.setdefault(row["id"], LiveKey(key=_key(row), secrets=()))
                secrets_ = (*live.secrets, (row["digest"], row["until_us"]))
                found[row["id"]] = LiveKey(key=live.key, secrets=secrets_)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveKey:
    """A key with the hashes of its secrets, and until when each opens (``None``: for good)."""

    key: Key
    secrets: tuple[tuple[str, int | None], ...]


class KeyRing:
    """The live keys as one process knows them: asked for every request, read every two seconds.

    Parameters
    ----------
    keys
        Where they are read.
    seconds
        Tells the time; only differences count.

    Notes
    -----
    Call ``refresh`` about every two seconds, in a thread that may wait. A revocation is then known
    to all processes within those two; one that cannot read any more opens nothing after four.
    """

    def __init__(self, keys: Keys, seconds: Callable[[], float] = time.monotonic) -> None:
        self._keys, self._seconds = keys, seconds
        self._live: Mapping[str, LiveKey] = {}
        self._read_at = float("-inf")

    def refresh(self) -> None:
        """Read the keys anew.

        Raises
        ------
        LogUnavailableError
            The database does not answer; what was read before stays, for as long as it may.
        """
        asked_at = self._seconds()
        self._live = self._keys.live()
        self._read_at = asked_at

    @property
    def unknown_roles(self) -> frozenset[str]:
        """Roles of live keys that this version does not know."""
        return frozenset[str]().union(*(one.key.unknown_roles for one in self._live.values()))

    def find(self, secret: str) -> Key | None:
        """Return the key that a secret opens; ``None`` where it opens nothing.

        Raises
        ------
        KeysUnavailableError
            The keys were last read too long ago.
        """
        if self._seconds() - self._read_at > STALE_SECONDS:
            raise KeysUnavailableError(STALE_SECONDS)
        prefix, _, rest = secret.partition("_")
        live = self._live.get(rest.partition("_")[0], _NOBODY)
        given, now = _digest(secret), now_us()
        # All are compared, each in constant time: how long that takes tells nothing.
        matching = [
            until
            for digest, until in live.secrets
            if hmac.compare_digest(digest, given) and (until is None or now < until)
        ]
        return live.key if matching and prefix == _PREFIX else None


_NOBODY = LiveKey(key=Key(id="", name="", roles=frozenset()), secrets=(("0" * 64, 0),))


def _secret(key_id: str) -> tuple[str, str]:
    """Return a new secret of a key, and its hash."""
    secret = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    return secret, _digest(secret)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _key(row: RowMapping) -> Key:
    given = frozenset(row["roles"].split())
    known = frozenset(role for role in Role if role in given)
    return Key(id=row["id"], name=row["name"], roles=known, unknown_roles=given - known)

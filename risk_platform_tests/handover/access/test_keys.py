"""API keys: shown once, kept hashed, rotated with an overlap, revoked within seconds."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from risk_platform.errors.handover import (
    KeysUnavailableError,
    TakenKeyNameError,
    UnknownKeyError,
)
from risk_platform.handover.access.keys import STALE_SECONDS, KeyRing, Keys
from risk_platform.handover.access.roles import Role
from risk_platform.handover.database import Database
from risk_platform.handover.tables import API_KEYS, API_SECRETS


@dataclass
class Clock:
    """A clock that a test moves."""

    at: float = 1_000.0

    def __call__(self) -> float:
        """Tell the time in seconds."""
        return self.at


@pytest.fixture
def keys(database: Database) -> Keys:
    """Return the keys of an empty database."""
    return Keys(database)


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.fixture
def ring(keys: Keys, clock: Clock) -> KeyRing:
    """Return a ring that knows no key yet."""
    ring = KeyRing(keys, clock)
    ring.refresh()
    return ring


def test_a_secret_opens_what_its_key_may(keys: Keys, ring: KeyRing) -> None:
    """It says who asks and in which roles."""
    secret = keys.create("branch", [Role.SCORE, Role.READ])
    ring.refresh()
    key = ring.find(secret)
    assert key
    assert (key.name, key.roles) == ("branch", {Role.SCORE, Role.READ})


def test_secrets_are_long_and_stored_nowhere(keys: Keys, database: Database) -> None:
    """256 random bits, of which the database has a hash."""
    secrets = [keys.create(f"key {n}", [Role.SCORE]) for n in range(20)]
    assert len({secret.rpartition("_")[2] for secret in secrets}) == 20
    assert min(len(secret.split("_", 2)[2]) for secret in secrets) >= 43
    with database.reading() as connection:
        stored = str(
            [*connection.execute(select(API_KEYS)), *connection.execute(select(API_SECRETS))]
        )
    assert not any(secret.split("_", 2)[2] in stored for secret in secrets)


@pytest.mark.parametrize(
    "change",
    [
        lambda secret: secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        lambda secret: secret[:-1],
        lambda secret: f"{secret} ",
        lambda secret: secret.upper(),
        lambda secret: secret.replace("risk_", "task_"),
        lambda secret: secret.split("_", 2)[2],
        lambda _: "",
        lambda _: "risk_",
        lambda _: "risk__",
        lambda _: "\ud800",
        lambda _: "x" * 100_000,
    ],
)
def test_anything_else_opens_nothing(keys: Keys, ring: KeyRing, change) -> None:  # noqa: ANN001
    """However near it comes."""
    secret = keys.create("branch", [Role.SCORE])
    ring.refresh()
    assert ring.find(change(secret)) is None


def test_both_secrets_open_while_a_key_is_rotated(keys: Keys, ring: KeyRing) -> None:
    """And say the same key; without an overlap the old one ends at once."""
    old = keys.create("branch", [Role.SCORE])
    new = keys.rotate("branch", 60)
    ring.refresh()
    assert ring.find(old) == ring.find(new) != None  # noqa: E711
    newest = keys.rotate("branch", 0)
    ring.refresh()
    assert [ring.find(secret) is None for secret in (old, new, newest)] == [True, True, False]


def test_a_second_rotation_does_not_prolong_an_old_secret(keys: Keys, ring: KeyRing) -> None:
    """What ends earlier stays so."""
    old = keys.create("branch", [Role.SCORE])
    keys.rotate("branch", 0)
    keys.rotate("branch", 3_600)
    ring.refresh()
    assert ring.find(old) is None


def test_a_revoked_key_opens_nothing_after_the_next_look(keys: Keys, ring: KeyRing) -> None:
    """Neither of its secrets; its name stays taken, and it is not rotated."""
    secrets = [keys.create("branch", [Role.SCORE]), keys.rotate("branch", 60)]
    keys.revoke("branch")
    ring.refresh()
    assert [ring.find(secret) for secret in secrets] == [None, None]
    for refused in (lambda: keys.revoke("branch"), lambda: keys.rotate("branch", 60)):
        with pytest.raises(UnknownKeyError):
            refused()
    with pytest.raises(TakenKeyNameError):
        keys.create("branch", [Role.SCORE])
    assert [one.revoked_us is not None for one in keys.all()] == [True]


def test_a_role_of_a_later_version_opens_nothing_and_hides_nothing(
    keys: Keys, ring: KeyRing, database: Database
) -> None:
    """The key keeps what is known of it, the others are read as ever, and the role is told."""
    secrets = [keys.create(name, [Role.SCORE]) for name in ("branch", "later")]
    with database.writing() as connection:
        of_later = update(API_KEYS).where(API_KEYS.c.name == "later")
        connection.execute(of_later.values(roles="audit score"))
    ring.refresh()
    found = [ring.find(secret) for secret in secrets]
    assert [key and key.roles for key in found] == [{Role.SCORE}, {Role.SCORE}]
    assert ring.unknown_roles == {"audit"}
    assert len(keys.all()) == 2


def test_a_ring_that_cannot_look_opens_nothing(keys: Keys, ring: KeyRing, clock: Clock) -> None:
    """A key may have been revoked meanwhile: within five seconds it is not honoured any more."""
    secret = keys.create("branch", [Role.SCORE])
    ring.refresh()
    clock.at += STALE_SECONDS
    assert ring.find(secret)
    clock.at += 0.1
    with pytest.raises(KeysUnavailableError, match="could not be read"):
        ring.find(secret)
    assert STALE_SECONDS < 5


def test_a_ring_that_never_looked_opens_nothing(keys: Keys) -> None:
    """It knows of no key, and says that it does not."""
    with pytest.raises(KeysUnavailableError):
        KeyRing(keys).find("risk_x_y")

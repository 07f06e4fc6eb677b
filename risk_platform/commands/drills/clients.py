"""Clients of a drill: API keys of its own, made before it and revoked after it."""

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from risk_platform.commands.drills.asking import ask
from risk_platform.commands.drills.traffic import Client
from risk_platform.errors.drills import KeysNotKnownError
from risk_platform.handover.access.keys import Keys
from risk_platform.handover.access.roles import Role
from risk_platform.handover.database import Database

# Each worker of a service reads keys every two seconds, for itself.
_REFRESH_SECONDS, _KNOWN_SECONDS, _LOOK_SECONDS = 2.5, 15.0, 0.25
ANYONE = Client()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """Who takes part.

    Parameters
    ----------
    applying
        Those who send applications.
    watching
        Who asks how the service stands.
    """

    applying: Sequence[Client]
    watching: Client

    @property
    def have_keys(self) -> bool:
        """Whether the service can tell one from another."""
        return bool(self.watching.secret)


@contextmanager
def clients_of(url: str, database: Database, count: int) -> Generator[Clients]:
    """Give clients that a service knows; where it asks for no keys, all are anyone.

    Parameters
    ----------
    url, database
        The service, and where its keys are kept.
    count
        How many apply.

    Raises
    ------
    ServiceAwayError
        Nobody answers there.
    KeysNotKnownError
        The service does not come to know the keys: it has another database.
    """
    if not _asks_for_keys(url):
        yield Clients(applying=[ANYONE], watching=ANYONE)
        return
    keys, stamp = Keys(database), f"drill-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    names = [f"{stamp}-{number}" for number in range(count + 1)]
    made = list[Client]()
    try:
        for name in names:
            roles = {Role.SCORE} if name != names[-1] else {Role.READ, Role.OPERATE}
            made.append(_client(keys.create(name, roles)))
        *applying, watching = made
        # It was made last: a worker that knows it knows the others too.
        _wait_until_known(url, watching)
        yield Clients(applying=applying, watching=watching)
    finally:
        for name in names[: len(made)]:
            keys.revoke(name)


def _client(secret: str) -> Client:
    # risk_<id>_<random>
    return Client(key_id=secret.split("_")[1], secret=secret)


def _asks_for_keys(url: str) -> bool:
    return _status(url, ANYONE) == httpx.codes.UNAUTHORIZED


def _wait_until_known(url: str, client: Client) -> None:
    """Wait until a key opens in one worker, and then until it does so in all."""
    patiently = Retrying(
        retry=retry_if_result(lambda status: status == httpx.codes.UNAUTHORIZED),
        stop=stop_after_delay(_KNOWN_SECONDS),
        wait=wait_fixed(_LOOK_SECONDS),
    )
    try:
        patiently(_status, url, client)
    except RetryError as error:
        raise KeysNotKnownError(url) from error
    time.sleep(_REFRESH_SECONDS)


def _status(url: str, client: Client) -> int:
    return ask(url, "/serving-state", client).status_code

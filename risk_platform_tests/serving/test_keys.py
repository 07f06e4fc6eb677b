"""Keys and secrets in a service that runs: who made a key is let in, and nothing of it is kept."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from risk_platform.handover.store import open_store
from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.handover.moves import opened
from risk_platform_tests.serving.processes import Running, command, process, service
from risk_platform_tests.serving.rings import bearer
from risk_platform_tests.serving.running import wait_until

GOOD = dict(EXAMPLES["good"])
# Within which a key that was revoked opens nothing any more.
KNOWN_SECONDS = 5.0
CANARY = "canary-7f3a"
PERSONAL = {
    "emp_title": f"{CANARY} of a title",
    "desc": f"{CANARY} of a purpose",
    "zip_code": "987xx",
    "url": f"https://{CANARY}.example/loan",
}


def made(home: Path, *arguments: str) -> str:
    """Return the secret that a command about keys shows."""
    return command(home, "keys", *arguments).splitlines()[0]


@pytest.fixture
def locked(home: Path) -> Iterator[Running]:
    """Return a service that asks for keys, and was asked by one that watches over it."""
    with service(home, auth="keys", rate_per_minute=0) as running:
        running.client.headers.update(
            bearer(made(home, "create", "prometheus", "--role", "operate"))
        )
        running.wait_until_ready()
        yield running


def status(running: Running, secret: str) -> int:
    """Return the status of a score that is asked for with a key."""
    return running.client.post("/predict", json=GOOD, headers=bearer(secret)).status_code


def test_a_key_is_known_in_time_from_its_making_to_its_end(home: Path, locked: Running) -> None:
    """Made, rotated and revoked by the command line, while the service runs."""
    first = made(home, "create", "branch", "--role", "score")
    wait_until(lambda: status(locked, first) == 200)
    second = made(home, "rotate", "branch", "--overlap-minutes", "60")
    wait_until(lambda: status(locked, second) == 200)
    assert status(locked, first) == 200
    third = made(home, "rotate", "branch", "--overlap-minutes", "0")
    wait_until(lambda: 200 not in {status(locked, first), status(locked, second)}, KNOWN_SECONDS)
    wait_until(lambda: status(locked, third) == 200)
    command(home, "keys", "revoke", "branch")
    wait_until(lambda: status(locked, third) != 200, KNOWN_SECONDS)
    wait_until(lambda: status(locked, third) == 401)


def test_keys_are_known_to_the_first_request(home: Path) -> None:
    """No worker takes a connection and then says that it does not know yet."""
    secret = made(home, "create", "prometheus", "--role", "operate")
    with service(home, auth="keys") as running:
        running.client.headers.update(bearer(secret))
        running.wait_until_ready()
        problems = {one.get("problem") for one in running.told}
    assert problems.isdisjoint({"keys-unavailable", "unauthorised"})


def test_a_database_that_is_away_at_the_start_is_used_once_it_is_back(home: Path) -> None:
    """Meanwhile the service lives, says that it is not ready, and why."""
    away, back = home / "decisions.db", home / "away.db"
    secret = made(home, "create", "all", "--role", "score", "--role", "read")
    with closing(open_store(f"sqlite:///{away}")) as database:
        opened(database)
    away.rename(back)
    away.mkdir()
    with process(home, auth="keys") as running:
        wait_until(lambda: _is_alive(running), 90)
        answer = running.client.post("/predict", json=GOOD, headers=bearer(secret))
        assert answer.json()["type"] == "urn:risk:problem:keys-unavailable"
        away.rmdir()
        back.rename(away)
        wait_until(lambda: status(running, secret) == 200)


def _is_alive(running: Running) -> bool:
    try:
        return running.client.get("/health/live").is_success
    except httpx.TransportError:
        return False


def test_nothing_that_was_sent_is_kept_or_told(home: Path, locked: Running) -> None:
    """Neither personal texts nor keys, in any answer, metric, log or file."""
    secret = made(home, "create", "branch", "--role", "score", "--role", "read")
    wait_until(lambda: status(locked, secret) == 200)
    good, wrong = GOOD | PERSONAL, GOOD | PERSONAL | {"dti": CANARY, CANARY: 1}
    bodies = [json.dumps(one) for one in (good, wrong, {"applications": [good, good]})]
    bodies += [json.dumps({"applications": [good, wrong]}), f'{{"desc": "{CANARY}"', f'"{CANARY}"']
    answers = [
        locked.client.post(place, content=body, headers=_headers(key))
        for body in bodies
        for place in ("/predict", "/predict/batch", f"/{CANARY}?{CANARY}={CANARY}")
        for key in (secret, f"risk_{CANARY}_{CANARY}")
    ]
    answers += [locked.client.get(f"/decisions/{CANARY}", headers=bearer(secret))]
    told = [answer.text + str(answer.headers) for answer in answers]
    told += [locked.client.get("/metrics").text, locked.log.read_text()]
    assert {answer.status_code for answer in answers} == {200, 400, 401, 404, 422}
    canaries = [CANARY, *PERSONAL.values(), secret, secret.rpartition("_")[2]]
    kept = [one.read_bytes() for one in home.rglob("*") if one.is_file()]
    for canary in canaries:
        assert not [text for text in told if canary in text], canary
        assert not [file for file in kept if canary.encode() in file], canary
    # The red control: what is kept on purpose is found.
    assert [file for file in kept if b"control-of-a-canary" in file]


def _headers(secret: str) -> dict[str, str]:
    return bearer(secret) | {
        "Content-Type": "application/json",
        "Idempotency-Key": f"control-of-a-canary-{uuid.uuid4()}",
        "User-Agent": CANARY,
        "X-Request-ID": f"{CANARY} is no id",
    }

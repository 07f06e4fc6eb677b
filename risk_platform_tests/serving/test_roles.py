"""A service whose role may add decisions, beside a sealer whose role may add seals."""

from contextlib import closing
from pathlib import Path

import httpx

from risk_platform.handover.access.keys import Keys
from risk_platform.handover.access.roles import Role
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.audit import Auditor
from risk_platform.scoring.examples import EXAMPLES
from risk_platform.settings import Settings
from risk_platform_tests.handover.roles import SCORING, SEALING, database_with_roles
from risk_platform_tests.postgresql import Server
from risk_platform_tests.serving.processes import PATIENCE_SECONDS, service
from risk_platform_tests.serving.rings import bearer
from risk_platform_tests.serving.running import wait_until
from serving.guards import GuardedRoute
from serving.routes import router

GOOD = dict(EXAMPLES["good"])


def test_every_route_answers_and_what_was_decided_is_sealed(home: Path, postgresql: Server) -> None:
    """Neither role has a right too few; a stop under the owner's is obeyed."""
    name = database_with_roles(postgresql)
    roles = {
        "database": postgresql.url(name, SCORING),
        "sealer_database": postgresql.url(name, SEALING),
    }
    with (
        closing(Database(postgresql.url(name))) as owner,
        service(home, auth="keys", **roles) as running,
    ):
        secret = Keys(owner).create("branch", [Role.SCORE, Role.READ])
        running.client.headers.update(bearer(secret))
        running.wait_until_ready()
        ask_every_route(running.client)
        auditor = Auditor(owner, Anchors(Settings(home=home).anchors_file))
        # Three decisions, and that scoring was allowed.
        wait_until(lambda: auditor.audit(without_anchors=True).anchored == 4, PATIENCE_SECONDS)
        Gate(owner).pause("Grace", "odd scores")
        assert (
            running.client.post("/predict", json=GOOD).status_code
            == httpx.codes.SERVICE_UNAVAILABLE
        )


def ask_every_route(client: httpx.Client) -> None:
    """Decide one application and two together, and read all that can be read."""
    one = client.post("/predict", json=GOOD, headers={"Idempotency-Key": "one"}).raise_for_status()
    again = client.post("/predict", json=GOOD, headers={"Idempotency-Key": "one"})
    assert again.json() == one.json()
    client.post("/predict/batch", json={"applications": [GOOD, GOOD]}).raise_for_status()
    for route in router.routes:
        assert isinstance(route, GuardedRoute)
        if "GET" in (route.methods or ()):
            path = route.path.format(decision_id=one.json()["decision_id"])
            client.get(path).raise_for_status()

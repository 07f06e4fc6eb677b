"""Several workers behind one port: they agree, they are replaced, and they end together."""

from collections import Counter
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.audit import Auditor
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.scoring.examples import EXAMPLES
from risk_platform.settings import Settings
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.serving.processes import PATIENCE_SECONDS, Running, service
from risk_platform_tests.serving.running import wait_until

pytestmark = pytest.mark.long

GOOD = dict(EXAMPLES["good"])
AGREE_SECONDS = 10.0


def test_two_workers_agree_on_a_new_champion(home: Path) -> None:
    """Ten seconds after it leads no answer comes by the old one."""
    with service(home, api_workers=2) as running:
        workers = _workers(running, home)
        assert _versions(running, 20) == {1: 20}
        bring(ModelCache(Settings(home=home).models_folder), small_bundle(seed=2), 2)
        wait_until(lambda: _versions(running, 20) == {2: 20}, AGREE_SECONDS)
        assert _workers(running, home) == workers


@pytest.mark.slow
def test_a_worker_that_is_killed_is_followed_by_another(home: Path) -> None:
    """The other one answers meanwhile; the gauges leave the dead one out, the counters do not."""
    with service(home, api_workers=2) as running:
        before = _workers(running, home)
        assert _versions(running, 20) == {1: 20}
        killed = min(before, key=lambda worker: worker.pid)
        killed.kill()
        killed.wait(PATIENCE_SECONDS)
        assert _versions(running, 20) == {1: 20}
        after = _workers(running, home)
        assert len(after - before) == 1
        assert _sample(running, "risk_scores_total") == 40
        assert _sample(running, "risk_model_version") == 1


def test_workers_end_with_who_watches_over_them(home: Path) -> None:
    """Even where that is killed: nobody is left who holds the port."""
    with service(home, api_workers=2) as running:
        workers = _workers(running, home)
        running.process.kill()
        _, alive = psutil.wait_procs(workers, timeout=PATIENCE_SECONDS)
    assert alive == []


def test_what_was_decided_is_sealed(home: Path) -> None:
    """By a process beside the workers, and anchored in a file."""
    settings = Settings(home=home)
    with service(home, api_workers=2) as running:
        running.wait_until_ready()
        assert _versions(running, 3) == {1: 3}
        with closing(open_store(settings.database_url)) as database:
            auditor = Auditor(database, Anchors(settings.anchors_file))

            def anchored() -> int:
                # What is sealed first has no anchor for a moment.
                return auditor.audit(without_anchors=True).anchored

            wait_until(lambda: anchored() >= 3, PATIENCE_SECONDS)


def _workers(running: Running, home: Path) -> set[psutil.Process]:
    """Wait until two workers answer by a model, and return them."""
    found = set[psutil.Process]()

    def two_answer() -> bool:
        found.clear()
        found.update(
            worker
            for worker in running.workers
            if (home / "metrics" / f"gauge_livemin_{worker.pid}.db").exists()
        )
        return len(found) == 2 and _sample(running, "risk_model_version") > 0

    wait_until(two_answer, PATIENCE_SECONDS)
    return found


def _versions(running: Running, asked: int) -> Counter[int]:
    """Ask on connections of their own, so that any worker may answer."""
    return Counter(
        httpx.post(running.client.base_url.join("/predict"), json=GOOD, timeout=10)
        .raise_for_status()
        .json()["model_version"]
        for _ in range(asked)
    )


def _sample(running: Running, name: str) -> float:
    """Return a metric, summed over its labels; 0 where nothing answers yet."""
    try:
        text = running.client.get("/metrics").text
    except httpx.TransportError:
        return 0.0
    families = text_string_to_metric_families(text)
    return sum(one.value for family in families for one in family.samples if one.name == name)

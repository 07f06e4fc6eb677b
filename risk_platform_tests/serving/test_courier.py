"""The courier: models come to real processes, whatever becomes of the registry or of a courier."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import cycle
from pathlib import Path

import httpx
import psutil
import pytest

from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.models.promotions import Promotions
from risk_platform.handover.models.registry import Registry
from risk_platform.scoring.examples import EXAMPLES
from risk_platform.settings import Settings
from risk_platform_tests.bundles import bring, let_lead, register, small_bundle
from risk_platform_tests.handover.models.bad_servers import closed_port, ill, silent, slow
from risk_platform_tests.serving.processes import PATIENCE_SECONDS, Running, service
from risk_platform_tests.serving.running import wait_until

pytestmark = pytest.mark.long

AGREE_SECONDS = 10.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return a home in which version 1 leads."""
    settings = Settings(home=tmp_path)
    let_lead(Promotions.of(settings), Registry.of(settings), small_bundle())
    return settings


def test_two_services_agree_on_a_new_champion(settings: Settings) -> None:
    """Both answer with it ten seconds after it was let lead, and one courier brings it to both."""
    with service(settings.root) as one, service(settings.root) as other:
        one.wait_for(1)
        other.wait_for(1)
        let_lead(Promotions.of(settings), Registry.of(settings), small_bundle(seed=2))
        took = one.wait_for(2) + other.wait_for(2)
        assert took < AGREE_SECONDS
        assert len([*(settings.models_folder / "bundles").iterdir()]) == 2


@pytest.mark.slow
def test_a_decision_is_decided_again_however_many_models_came_after(settings: Settings) -> None:
    """By a cache that saw them come, and by a new one, which has fetched them a while after."""
    with service(settings.root, model_poll_seconds=0.2) as running:
        running.wait_for(1)
        answer = running.client.post("/predict", json=dict(EXAMPLES["bad"])).json()
        for seed in range(2, 9):
            let_lead(Promotions.of(settings), Registry.of(settings), small_bundle(seed=seed))
        running.wait_for(8)
        assert _is_same(running, answer["decision_id"])
    shutil.rmtree(settings.models_folder)
    with service(settings.root, model_poll_seconds=0.2) as running:
        running.wait_for(8)
        wait_until(lambda: _is_same(running, answer["decision_id"]), PATIENCE_SECONDS)


def _is_same(running: Running, decision_id: str) -> bool:
    told = running.client.get(f"/decisions/{decision_id}/replay").json()
    assert "is_same" in told or told["type"] == "urn:risk:problem:model-gone"
    return told.get("is_same", False)


def test_no_request_fails_while_models_change(settings: Settings, tmp_path: Path) -> None:
    """Three times, under a steady stream of applications: each is answered by one that led."""
    (tmp_path / "scratch").mkdir()
    quickly = service(settings.root, model_poll_seconds=0.2)
    with quickly as running, ThreadPoolExecutor(1) as pool:
        running.wait_for(1)
        asking = pool.submit(_ask_until, running, 4)
        for seed in (2, 3, 4):
            let_lead(Promotions.of(settings), Registry.of(settings), small_bundle(seed=seed))
            running.wait_for(seed)
        versions = asking.result(PATIENCE_SECONDS)
    assert versions == sorted(versions)
    assert {*versions} == {1, 2, 3, 4}


def _ask_until(running: Running, last: int) -> list[int]:
    versions, given = [0], cycle(EXAMPLES.values())
    with httpx.Client(base_url=running.client.base_url, timeout=10) as client:
        while versions[-1] != last:
            answer = client.post("/predict", json=dict(next(given))).raise_for_status()
            versions.append(answer.json()["model_version"])
    return versions[1:]


def test_an_alias_that_was_moved_by_hand_is_not_followed(
    settings: Settings, tmp_path: Path
) -> None:
    """The old champion answers on, and it is told why."""
    (tmp_path / "scratch").mkdir()
    with service(settings.root, model_poll_seconds=0.2) as running:
        running.wait_for(1)
        register(Registry.of(settings), small_bundle(seed=2), tmp_path / "scratch")
        trouble = _trouble(ModelCache(settings.models_folder))
        assert (
            trouble
            == "version 2 is champion, and version 1 should be: "
            + trouble.partition("should be: ")[2]
        )
        assert running.version == 1


@pytest.mark.parametrize("server", [closed_port, silent, ill, slow])
def test_it_is_ready_from_its_cache_while_the_registry_is_down(
    tmp_path: Path, server: Callable[[], AbstractContextManager[str]]
) -> None:
    """With what led last, however the registry fails."""
    bring(ModelCache(Settings(home=tmp_path).models_folder), small_bundle(), 7)
    with server() as address, service(tmp_path, mlflow_uri=address) as running:
        running.wait_for(7)


def test_without_cache_and_registry_it_lives_and_says_why(tmp_path: Path) -> None:
    """Live, not ready, with a sentence."""
    with closed_port() as address, service(tmp_path, mlflow_uri=address) as running:
        _trouble(ModelCache(Settings(home=tmp_path).models_folder))
        assert running.client.get("/health/live").is_success
        answer = running.client.get("/health/ready")
        assert answer.status_code == 503
        assert "the model registry cannot be read" in answer.json()["detail"]


def test_a_round_that_never_ends_is_ended(tmp_path: Path) -> None:
    """A registry that sends a byte now and then is never late; the courier ends, and says why."""
    rounds = (
        "from risk_platform.settings import Settings; from serving.rounds import make_rounds\n"
        "make_rounds(Settings(), round_seconds=3)"
    )
    cache = ModelCache(Settings(home=tmp_path).models_folder)
    with slow() as address:
        told = os.environ | {"RISK_HOME": str(tmp_path), "RISK_MLFLOW_URI": address}
        done = subprocess.run([sys.executable, "-c", rounds], env=told, timeout=60, check=False)
    assert done.returncode == 1
    assert cache.trouble() == "the model registry took longer than 3 seconds"


@pytest.mark.slow
def test_without_a_watch_a_slow_registry_is_waited_for(tmp_path: Path) -> None:
    """The unsafe twin: MLflow's own limits are of each byte, and none of them is late."""
    asking = (
        "import sys; from pathlib import Path\n"
        "from risk_platform.handover.models.registry import Registry\n"
        "Registry(sys.argv[1], 'credit-pd', Path(sys.argv[2])).version_of()"
    )
    command = [sys.executable, "-c", asking]
    with slow() as address, pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([*command, address, str(tmp_path)], timeout=45, check=True)


def test_a_courier_that_is_killed_is_followed_by_another(settings: Settings) -> None:
    """Of two services the other one's takes over, and neither service notices."""
    with service(settings.root) as one, service(settings.root) as other:
        one.wait_for(1)
        other.wait_for(1)
        for courier in _couriers(one):
            courier.kill()
        let_lead(Promotions.of(settings), Registry.of(settings), small_bundle(seed=2))
        one.wait_for(2)
        other.wait_for(2)


@pytest.mark.slow
def test_a_courier_ends_with_its_service(settings: Settings) -> None:
    """Even where that is killed and can tell nobody."""
    with service(settings.root) as running:
        running.wait_for(1)
        couriers = _couriers(running)
        assert couriers
        running.process.kill()
        gone, alive = psutil.wait_procs(couriers, timeout=10)
    assert (len(gone), alive) == (len(couriers), [])


def _couriers(running: Running) -> list[psutil.Process]:
    children = psutil.Process(running.process.pid).children()
    return [child for child in children if "serving.courier" in child.cmdline()]


def _trouble(cache: ModelCache) -> str:
    """Wait until a courier tells of trouble, and return what it tells."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if trouble := cache.trouble():
            return trouble
        time.sleep(0.05)
    pytest.fail("no trouble was told")

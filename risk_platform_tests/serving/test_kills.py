"""Kill -9 workers under load: each decision that was answered is in the log, once."""

import random
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.store import open_store
from risk_platform.handover.tables import DECISIONS
from risk_platform.settings import Settings
from risk_platform_tests.bundles import bring, small_bundle
from risk_platform_tests.serving.load import Load
from risk_platform_tests.serving.processes import PATIENCE_SECONDS, service
from risk_platform_tests.serving.running import wait_until

SEED = 20_261_122


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home in whose cache version 1 leads."""
    bring(ModelCache(Settings(home=tmp_path).models_folder), small_bundle(), 1)
    return tmp_path


def under_kills(home: Path, url: str, kills: int, module: str = "serving") -> Load:
    """Kill one of two workers again and again while eight clients ask; return what they heard."""
    dice = random.Random(SEED)  # noqa: S311 - the same moments each time
    with service(home, module, api_workers=2, database=url) as running:
        running.wait_for(1)
        port = running.client.base_url.port
        assert port
        with Load(port).at_work() as load:
            for _ in range(kills):
                asked = len(load.answered) + 50
                wait_until(lambda asked=asked: len(load.answered) > asked, PATIENCE_SECONDS)
                time.sleep(dice.uniform(0, 0.1))
                dice.choice(running.workers).kill()
    return load


def lost(load: Load, url: str) -> int:
    """Return how many answered requests are not in the log once, under the id that was told."""
    with closing(open_store(url)) as database, database.reading() as connection:
        rows = connection.execute(select(DECISIONS.c.idempotency_key, DECISIONS.c.id))
        held = Counter(map(tuple, rows))
    return sum(held[answered] != 1 for answered in load.answered.items())


@pytest.mark.parametrize("kills", [5, pytest.param(150, marks=pytest.mark.slow)])
def test_what_was_answered_is_in_the_log(home: Path, store_url: str, kills: int) -> None:
    """However often a worker dies; and nobody hears anything but an answer, or nothing."""
    load = under_kills(home, store_url, kills)
    assert lost(load, store_url) == 0
    assert load.refused == []
    assert len(load.answered) > 50 * kills


def test_answering_first_loses_decisions(home: Path, store_url: str) -> None:
    """The test above can fail: it finds what was answered before it was committed."""
    load = under_kills(home, store_url, 3, "risk_platform_tests.serving.hasty")
    assert lost(load, store_url) > 0

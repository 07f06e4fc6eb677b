"""Champions: the next model takes the place of the one that answers, or that one stays."""

import threading

import pytest

from risk_platform.errors.models import NotReadyError, RefusedModelError
from risk_platform.handover.models.cache import ModelCache
from risk_platform.scoring.bundle import example_scores
from risk_platform.scoring.bundle_files import MODEL
from risk_platform.scoring.examples import EXAMPLES, example_columns
from risk_platform_tests.bundles import bring, small_bundle
from serving.champions import Champions


@pytest.fixture
def champions(cache: ModelCache) -> Champions:
    """Return champions of which version 1 answers."""
    bring(cache, small_bundle())
    champions = Champions(cache)
    assert champions.refresh()
    return champions


def test_a_new_champion_answers_after_a_look(champions: Champions, cache: ModelCache) -> None:
    """Without a restart; whoever scores with the old one ends with it."""
    before = champions.champion.model
    bring(cache, small_bundle(seed=2), 2)
    assert champions.refresh()
    assert champions.champion.model.version == 2
    assert example_scores(before.bundle) == before.bundle.card.golden


def test_a_model_that_scores_otherwise_never_answers(
    champions: Champions, cache: ModelCache
) -> None:
    """It does not get into the cache."""
    with pytest.raises(RefusedModelError):
        bring(cache, small_bundle(seed=2, golden=dict.fromkeys(EXAMPLES, 0.5)), 2)
    assert champions.refresh()
    assert champions.champion.model.version == 1


def test_what_was_changed_in_the_cache_never_answers(
    champions: Champions, cache: ModelCache
) -> None:
    """The old champion stays, and the next one that is whole takes its place."""
    brought = bring(cache, small_bundle(seed=2), 2)
    file = cache.folder / "bundles" / brought.digest / MODEL
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    assert not champions.refresh()
    assert champions.champion.model.version == 1
    file.write_bytes(whole)
    assert champions.refresh()
    assert champions.champion.model.version == 2


def test_without_a_model_it_is_said_why(cache: ModelCache) -> None:
    """Nothing came yet; or what the courier told; or what is wrong with what came."""
    champions = Champions(cache)
    assert _why_not(champions) == "no model is loaded: none was brought yet"
    cache.tell("the model registry cannot be read: it is closed")
    assert champions.refresh()
    assert (
        _why_not(champions) == "no model is loaded: the model registry cannot be read: it is closed"
    )
    brought = bring(cache, small_bundle())
    (cache.folder / "bundles" / brought.digest / MODEL).unlink()
    assert not champions.refresh()
    assert _why_not(champions) == "no model is loaded: the model bundle lacks model.txt"


def test_models_change_while_others_score(champions: Champions, cache: ModelCache) -> None:
    """A hundred changes under three threads: each score is that of a model that led, to the bit."""
    bundles = [small_bundle(), small_bundle(seed=2)]
    leads = [bring(cache, bundle, number) for number, bundle in enumerate(bundles, start=1)]
    columns = example_columns()
    known = {number: b.predict(columns).tolist() for number, b in enumerate(bundles, start=1)}
    over, wrong, seen = threading.Event(), list[object](), set[int]()

    def score() -> None:
        while not over.is_set():
            model = champions.champion.model
            seen.add(model.version)
            if model.bundle.predict(columns).tolist() != known[model.version]:
                wrong.append(model)

    threads = [threading.Thread(target=score) for _ in range(3)]
    for thread in threads:
        thread.start()
    for change in range(100):
        cache.let_lead(leads[change % 2])
        assert champions.refresh()
    over.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert seen == {1, 2}


def _why_not(champions: Champions) -> str:
    with pytest.raises(NotReadyError) as raised:
        _ = champions.champion
    return str(raised.value)

"""Delivery: what record and registry agree on comes into the cache, and nothing else."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mlflow import MlflowClient

from risk_platform.errors.models import (
    BundleError,
    DamagedRecordError,
    ForeignChampionError,
    NoChampionError,
    UnknownVersionError,
    UnreachableRegistryError,
)
from risk_platform.handover.log.ages import months_before
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.models.delivery import Archive, deliver
from risk_platform.handover.models.promotions import DOCUMENT, Promotions, written
from risk_platform.handover.models.registry import Registry
from risk_platform.scoring.bundle_files import MODEL
from risk_platform.store.documents import DocumentStore
from risk_platform_tests.bundles import let_lead, local_registry, register, small_bundle
from risk_platform_tests.handover.models.bad_servers import telling_of


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """Return an empty registry."""
    (tmp_path / "scratch").mkdir()
    return local_registry(tmp_path)


@pytest.fixture
def documents(tmp_path: Path) -> DocumentStore:
    """Return where the record is kept."""
    return DocumentStore(tmp_path / "tables")


@pytest.fixture
def promotions(registry: Registry, documents: DocumentStore) -> Promotions:
    """Return an empty record."""
    return Promotions(registry, documents)


def test_what_leads_is_brought(
    promotions: Promotions, registry: Registry, cache: ModelCache
) -> None:
    """By version and digest, with who let it lead; the next one takes its place."""
    first = let_lead(promotions, registry, small_bundle())
    brought = deliver(promotions, cache)
    assert (brought.version, brought.digest) == (first.version, first.digest)
    assert brought.by == "Ada"
    assert cache.load(brought).bundle.card == small_bundle().card
    second = let_lead(promotions, registry, small_bundle(seed=2))
    assert deliver(promotions, cache).digest == second.digest
    assert cache.holds(first.digest)


def test_nothing_leads_yet(promotions: Promotions, cache: ModelCache) -> None:
    """That is said as the registry says it."""
    with pytest.raises(NoChampionError):
        deliver(promotions, cache)


def test_an_alias_that_was_moved_by_hand_is_not_followed(
    promotions: Promotions, registry: Registry, cache: ModelCache, tmp_path: Path
) -> None:
    """The record knows nothing of it: what led before leads on."""
    first = let_lead(promotions, registry, small_bundle())
    before = deliver(promotions, cache)
    register(registry, small_bundle(seed=2), tmp_path / "scratch")
    with pytest.raises(ForeignChampionError, match="version 2 is champion, and version 1 should"):
        deliver(promotions, cache)
    assert cache.leads() == before
    assert before.version == first.version


def test_following_the_alias_alone_brings_it(
    promotions: Promotions, registry: Registry, tmp_path: Path
) -> None:
    """The unsafe twin: whoever asks the registry alone gets what nobody approved."""
    let_lead(promotions, registry, small_bundle())
    register(registry, small_bundle(seed=2), tmp_path / "scratch")
    assert registry.load().version == 2


def test_an_alias_that_nobody_ever_approved_is_not_followed(
    promotions: Promotions, registry: Registry, cache: ModelCache, tmp_path: Path
) -> None:
    """An empty record approves nothing."""
    register(registry, small_bundle(), tmp_path / "scratch")
    with pytest.raises(ForeignChampionError, match="nobody has approved any"):
        deliver(promotions, cache)
    assert cache.leads() is None


def test_a_damaged_record_is_not_passed_by(
    promotions: Promotions, registry: Registry, documents: DocumentStore, cache: ModelCache
) -> None:
    """Who leads cannot be told: what led before leads on."""
    let_lead(promotions, registry, small_bundle())
    before = deliver(promotions, cache)
    let_lead(promotions, registry, small_bundle(seed=2))
    documents.publish(DOCUMENT, b"{")
    with pytest.raises(DamagedRecordError):
        deliver(promotions, cache)
    assert cache.leads() == before


def test_files_that_were_exchanged_in_the_store_are_not_brought(
    promotions: Promotions, registry: Registry, cache: ModelCache, tmp_path: Path
) -> None:
    """Nothing of them is left on the way either."""
    let_lead(promotions, registry, small_bundle())
    (stored,) = (tmp_path / "mlflow").rglob(MODEL)
    stored.write_text("tree\n")
    with pytest.raises(BundleError):
        deliver(promotions, cache)
    assert _standing(cache) == {"refused"}


def test_a_bundle_that_was_changed_in_the_cache_is_fetched_again(
    promotions: Promotions, registry: Registry, cache: ModelCache
) -> None:
    """The cache mends itself as soon as the registry answers."""
    let_lead(promotions, registry, small_bundle())
    brought = deliver(promotions, cache)
    (kept,) = cache.folder.rglob(MODEL)
    kept.write_text("tree\n")
    assert not cache.holds(brought.digest)
    assert deliver(promotions, cache) == brought
    assert cache.holds(brought.digest)


def test_a_fetch_that_is_cut_off_leaves_nothing(
    bundle_folder: Path,
    promotions: Promotions,
    registry: Registry,
    documents: DocumentStore,
    cache: ModelCache,
) -> None:
    """No partial file gets a final name; whole files of the same server are brought."""
    let_lead(promotions, registry, small_bundle())
    with telling_of(bundle_folder, 0.5) as address:
        with pytest.raises(UnreachableRegistryError):
            deliver(Promotions(Registry(address, "credit-pd", cache.folder), documents), cache)
        assert _standing(cache) == set()
    with telling_of(bundle_folder, 1.0) as address:
        deliver(Promotions(Registry(address, "credit-pd", cache.folder), documents), cache)
        assert _standing(cache) == {"bundles", "leads.json"}


def let_four_lead(promotions: Promotions, registry: Registry) -> list[str]:
    """Let four versions lead, one after the other; return their digests."""
    each = (small_bundle(run_id=f"run-{number}") for number in range(4))
    return [let_lead(promotions, registry, bundle).digest for bundle in each]


def held(cache: ModelCache, digests: list[str]) -> list[bool]:
    """Return which bundles a cache holds."""
    return [cache.holds(digest) for digest in digests]


def test_what_led_before_follows_one_by_one_and_stays(
    promotions: Promotions, registry: Registry, cache: ModelCache
) -> None:
    """On a machine that is new: what leads, then the newest; when another leads, all are there."""
    digests = let_four_lead(promotions, registry)
    deliver(promotions, cache)
    assert held(cache, digests) == [False] * 3 + [True]
    archive = Archive(promotions, cache)
    for brought in range(1, 4):
        archive.look_after_one()
        assert held(cache, digests) == [False] * (3 - brought) + [True] * (brought + 1)
    archive.look_after_one()
    let_lead(promotions, registry, small_bundle(seed=2))
    deliver(promotions, cache)
    assert all(held(cache, digests))


def test_what_cannot_be_had_holds_up_no_other(
    promotions: Promotions, registry: Registry, cache: ModelCache
) -> None:
    """A version that the registry has lost is told, and those before it are brought."""
    digests = let_four_lead(promotions, registry)
    MlflowClient(registry.tracking_uri).delete_model_version(registry.model_name, "3")
    archive = Archive(promotions, cache)
    with pytest.raises(UnknownVersionError):
        archive.look_after_one()
    archive.look_after_one()
    assert held(cache, digests) == [False, True, False, False]
    assert deliver(promotions, cache).version == 4


def test_a_kept_bundle_that_was_changed_is_fetched_again(
    promotions: Promotions, registry: Registry, cache: ModelCache
) -> None:
    """By whoever looks after it next."""
    first = let_lead(promotions, registry, small_bundle())
    deliver(promotions, cache)
    let_lead(promotions, registry, small_bundle(seed=2))
    deliver(promotions, cache)
    (cache.folder / "bundles" / first.digest / MODEL).write_text("tree\n")
    assert not cache.holds(first.digest)
    Archive(promotions, cache).look_after_one()
    assert cache.holds(first.digest)


def test_what_led_longer_ago_than_decisions_are_kept_goes(
    promotions: Promotions, registry: Registry, documents: DocumentStore, cache: ModelCache
) -> None:
    """Once another leads; what led until lately stays, however long ago it began to."""
    digests = let_four_lead(promotions, registry)
    deliver(promotions, cache)
    archive = Archive(promotions, cache)
    for _ in range(3):
        archive.look_after_one()
    record = json.loads(documents.read(DOCUMENT))
    for promotion, months in zip(record["promotions"], (60, 27, 25, 1), strict=True):
        promotion["at"] = written(months_before(datetime.now(UTC), months))
    documents.publish(DOCUMENT, json.dumps(record).encode())
    assert all(held(cache, digests))
    let_lead(promotions, registry, small_bundle(seed=2))
    deliver(promotions, cache)
    assert held(cache, digests) == [False, True, True, True]


def test_nothing_is_brought_where_nothing_led(promotions: Promotions, cache: ModelCache) -> None:
    """An empty record names nothing."""
    Archive(promotions, cache).look_after_one()
    assert not cache.folder.exists()


def _standing(cache: ModelCache) -> set[str]:
    return {path.name for path in cache.folder.iterdir()}

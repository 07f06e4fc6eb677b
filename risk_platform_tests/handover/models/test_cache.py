"""The cache: only what passed its trial gets in, and only what is unchanged comes out."""

from pathlib import Path

import pytest

from risk_platform.errors.models import (
    AbsentBundleError,
    MissingBundleFileError,
    RefusedModelError,
    TamperedBundleError,
    UnreadableLeadError,
)
from risk_platform.handover.models.cache import ModelCache
from risk_platform.scoring.bundle import write_bundle
from risk_platform.scoring.bundle_files import FILES, MANIFEST
from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.bundles import bring, lead, small_bundle


def test_an_empty_cache_has_nothing_that_leads(cache: ModelCache) -> None:
    """Neither a model nor a cause why none came."""
    assert cache.leads() is None
    assert cache.trouble() == ""
    assert not cache.holds("0" * 64)


def test_what_leads_is_known_to_the_next_process(cache: ModelCache) -> None:
    """Its version, its digest, and who let it lead."""
    brought = bring(cache, small_bundle(), version=4)
    later = ModelCache(cache.folder)
    assert later.leads() == brought
    loaded = later.load(brought)
    assert (loaded.version, loaded.digest) == (4, brought.digest)
    assert loaded.bundle.card == small_bundle().card


@pytest.mark.parametrize("name", [*FILES, MANIFEST])
def test_a_bundle_that_was_changed_in_the_cache_is_refused(cache: ModelCache, name: str) -> None:
    """Were it by one byte, in any file; and it no longer counts as held, so that it is fetched."""
    brought = bring(cache, small_bundle())
    (file,) = cache.folder.rglob(name)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(TamperedBundleError):
        cache.load(brought)
    assert not cache.holds(brought.digest)


def test_a_bundle_with_a_manifest_of_its_own_is_refused(cache: ModelCache) -> None:
    """Whoever changes the manifest too has another digest than the one that leads."""
    brought = bring(cache, small_bundle())
    (manifest,) = cache.folder.rglob(MANIFEST)
    write_bundle(manifest.parent, small_bundle(seed=2))
    with pytest.raises(TamperedBundleError):
        cache.load(brought)


def test_a_bundle_that_is_gone_is_missed(cache: ModelCache) -> None:
    """What is said to lead and is not there is not loaded."""
    with pytest.raises(AbsentBundleError, match="version 1 is not in the cache"):
        cache.load(lead("0" * 64))


def test_a_damaged_word_about_what_leads_is_no_lead(cache: ModelCache) -> None:
    """It is said which file to remove, and the next delivery makes it anew."""
    brought = bring(cache, small_bundle())
    (cache.folder / "leads.json").write_text("{")
    with pytest.raises(UnreadableLeadError, match=r"leads\.json cannot be read"):
        cache.leads()
    cache.let_lead(brought)
    assert cache.leads() == brought


def test_a_model_that_was_refused_is_not_tried_again_at_once(
    cache: ModelCache, tmp_path: Path
) -> None:
    """Nor by another process: its digest and the cause stand in the cache until it is swept."""
    folder = tmp_path / "wrong"
    folder.mkdir()
    refused = lead(write_bundle(folder, small_bundle(golden=dict.fromkeys(EXAMPLES, 0.5))))
    with pytest.raises(RefusedModelError, match="does not score"):
        cache.admit(folder, refused)
    for file in folder.iterdir():
        if file.name != MANIFEST:
            file.unlink()  # a trial would miss them, and say so
    with pytest.raises(RefusedModelError, match="does not score"):
        ModelCache(cache.folder).admit(folder, refused)
    cache.sweep()
    with pytest.raises(RefusedModelError, match="lacks"):
        cache.admit(folder, refused)


def test_what_is_not_to_be_kept_goes(cache: ModelCache) -> None:
    """Until it is said which are, all stay."""
    brought = [bring(cache, small_bundle(run_id=f"run-{n}"), n) for n in range(3)]
    assert all(cache.holds(one.digest) for one in brought)
    cache.keep({one.digest for one in brought[::2]})
    assert [cache.holds(one.digest) for one in brought] == [True, False, True]


def test_letting_lead_again_what_leads_changes_nothing(cache: ModelCache) -> None:
    """And it is said so."""
    first, second = (bring(cache, small_bundle(run_id=f"run-{n}"), n) for n in (1, 2))
    assert not cache.let_lead(second)
    assert cache.let_lead(first)
    assert cache.leads() == first


def test_what_a_killed_process_left_on_its_way_is_swept(cache: ModelCache) -> None:
    """A folder that was half filled is no bundle, and goes."""
    (cache.folder / "arriving-1").mkdir(parents=True)
    (cache.folder / "arriving-1" / "model.txt").write_text("half a")
    cache.sweep()
    assert list(cache.folder.iterdir()) == []


def test_nothing_is_left_of_what_did_not_arrive(cache: ModelCache) -> None:
    """A fetch that fails half-way leaves no folder."""
    with cache.arriving() as folder:
        (folder / "model.txt").write_text("half a")
        with pytest.raises(MissingBundleFileError):
            cache.admit(folder, lead("0" * 64))
    assert list(cache.folder.iterdir()) == []

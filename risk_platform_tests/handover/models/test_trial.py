"""The trial: what a bundle does to the process that reads it, it does to that one alone."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from risk_platform.errors.models import RefusedModelError, TamperedBundleError
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.models.trial import try_out
from risk_platform.scoring.bundle import write_bundle
from risk_platform.scoring.bundle_files import bundle_digest
from risk_platform.scoring.examples import EXAMPLES
from risk_platform_tests.bundles import lead, small_bundle
from risk_platform_tests.mutated_bundles import KINDS, spoil

# Of the seeds of each kind: a few in every run, and 500 bundles in all in the slow ones.
SEEDS = [*range(5), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(5, 50))]
# What is left of a text that was cut off, or stands in another file's place, is never a model.
ALWAYS_REFUSED = {"cut off", "files swapped"}
DEADLY = 0  # a seed by which so much is cut out that reading the rest crashes


def test_a_good_bundle_passes(bundle_folder: Path) -> None:
    """It is read, and scores the hand-written applications as when it was made."""
    try_out(bundle_folder, 1)


@pytest.mark.parametrize("remade", [False, True], ids=["manifest as it was", "manifest remade"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_no_spoilt_bundle_gets_into_the_cache(
    bundle_folder: Path, cache: ModelCache, kind: str, seed: int, *, remade: bool
) -> None:
    """Whatever was done to it, and though its manifest vouches for it: the record does not.

    Where the digest is faked as well it goes to its trial, which refuses it or finds that it scores
    as it did; this process outlives it.
    """
    with cache.arriving() as folder:
        digest = spoil(bundle_folder, folder, kind, seed, remade=remade)
        if remade:
            with pytest.raises(TamperedBundleError):
                cache.admit(folder, lead(bundle_digest(bundle_folder)))
        if not remade or kind in ALWAYS_REFUSED:
            with pytest.raises(RefusedModelError):
                cache.admit(folder, lead(digest))
            assert not cache.holds(digest)
            return
        try:
            cache.admit(folder, lead(digest))
        except RefusedModelError:
            return
        assert cache.load(lead(digest)).bundle.card.golden == small_bundle().card.golden


def test_reading_it_in_the_same_process_is_the_end_of_that(
    bundle_folder: Path, tmp_path: Path
) -> None:
    """The unsafe twin: a service that parses what it was given dies of what the trial refuses."""
    spoil(bundle_folder, tmp_path, "cut out", DEADLY, remade=True)
    service = (
        "import sys; from pathlib import Path\n"
        "from risk_platform.scoring.bundle import read_bundle\n"
        "read_bundle(Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", service, str(tmp_path)], capture_output=True, check=False
    )
    assert done.returncode in {-signal.SIGSEGV, -signal.SIGABRT}
    with pytest.raises(RefusedModelError, match="reading it kills the process"):
        try_out(tmp_path, 1)


def test_a_bundle_that_scores_otherwise_is_refused_with_a_sentence(tmp_path: Path) -> None:
    """What the process says of it is what a person reads."""
    write_bundle(tmp_path, small_bundle(golden=dict.fromkeys(EXAMPLES, 0.5)))
    with pytest.raises(RefusedModelError, match="version 3 does not score as it did"):
        try_out(tmp_path, 3)


def test_a_bundle_of_another_contract_is_refused_with_a_sentence(tmp_path: Path) -> None:
    """So is one that no longer fits the code."""
    write_bundle(tmp_path, small_bundle(contract="0" * 64))
    with pytest.raises(RefusedModelError, match="made for contract 0000"):
        try_out(tmp_path, 1)

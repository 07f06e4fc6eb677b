"""Tags: every run says by which code, from which loans and by which protocol it was made."""

import subprocess
from pathlib import Path

import dagster as dg
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run

from risk_platform.orchestration.tags import GIT_REVISION, PROTOCOL, git_revision
from risk_platform.orchestration.versions import DATA_VERSION
from risk_platform_tests.orchestration.small_platform import SmallPlatform, small_platform

ROOT = Path(__file__).parents[2]


def launched(platform: SmallPlatform, *assets: str) -> dg.DagsterRun:
    """Run assets as the daemon does: with the executor of the code location."""
    job = platform.definitions.resolve_implicit_global_asset_job_def().get_subset(
        asset_selection={dg.AssetKey(name) for name in assets}
    )
    run = platform.instance.create_run_for_job(job)
    execute_run(InMemoryJob(job), run, platform.instance)
    done = platform.instance.get_run_by_id(run.run_id)
    assert done is not None
    assert done.is_success
    return done


def test_a_run_that_lands_loans_names_their_version(tmp_path: Path) -> None:
    """The run's data version is that of the loans it made, from the first run on."""
    with small_platform(tmp_path) as platform:
        run = launched(platform, "raw_loans", "quarantined_loans")
        assert run.tags[DATA_VERSION] == platform.data_version("raw_loans")
        assert run.tags[PROTOCOL] == "window12"


def test_a_run_that_reads_loans_names_their_version(tmp_path: Path) -> None:
    """Whatever is run is tagged with the loans that it finds; before the first there are none."""
    with small_platform(tmp_path) as platform:
        assert DATA_VERSION not in launched(platform, "loan_files").tags
        platform.land()
        found = launched(platform, "loan_files").tags[DATA_VERSION]
        assert found == platform.data_version("raw_loans")


def test_a_run_names_the_revision_of_a_checkout(tmp_path: Path) -> None:
    """In a git checkout the run's tag is its revision; elsewhere there is no such tag."""
    with small_platform(tmp_path) as platform:
        run = launched(platform, "loan_files")
        assert run.tags.get(GIT_REVISION, "") == git_revision(ROOT)


def test_a_revision_tells_of_changed_files(tmp_path: Path) -> None:
    """A commit is named in full, and marked when files differ from it."""
    clean, changed = (checkout(tmp_path / name) for name in ("clean", "changed"))
    (changed / "file").write_text("other")
    assert len(git_revision(clean)) == 40
    assert git_revision(changed).endswith("-dirty")


def test_no_checkout_has_no_revision(tmp_path: Path) -> None:
    """A package that was installed into somebody's checkout does not name theirs."""
    inside = checkout(tmp_path / "theirs") / "site-packages"
    inside.mkdir()
    assert git_revision(inside) == ""
    assert git_revision(tmp_path) == ""


def test_a_checkout_without_a_commit_has_no_revision(tmp_path: Path) -> None:
    """What git cannot answer is left out."""
    git(tmp_path, "init", "--quiet")
    assert git_revision(tmp_path) == ""


def checkout(folder: Path) -> Path:
    """Make a checkout with one commit."""
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "file").write_text("text")
    git(folder, "add", "file")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "first")
    return folder


def git(folder: Path, *words: str) -> None:
    """Run git in a folder."""
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)  # noqa: S607 - on the path

"""Deciding by hand: the command says who leads, and refuses who may not decide."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from risk_platform.commands.promote import approve, roll_back, show
from risk_platform.handover.models.promotions import Promotions
from risk_platform.handover.models.registry import Registry, Told
from risk_platform.scoring.bundle import write_bundle
from risk_platform.settings import Settings
from risk_platform_tests.bundles import proposal, small_bundle
from risk_platform_tests.commands.test_commands import call


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return a home in which version 1 leads, and Ada has proposed version 2."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), promotion="four-eyes")
    registry = Registry.of(settings)
    promotions = Promotions.of(settings)
    for seed in (1, 2):
        folder = settings.root / f"bundle-{seed}"
        folder.mkdir(parents=True)
        write_bundle(folder, small_bundle(seed=seed))
        made = registry.publish(folder, Told(), {})
        promotions.propose(proposal(made.version, made.digest))
        if seed == 1:
            promotions.promote(made.version, "nothing led")
    return settings


def test_who_leads_and_who_is_proposed_is_shown(settings: Settings) -> None:
    """With who let it lead, and why."""
    shown = io.StringIO()
    assert show(settings, Console(file=shown, width=200)) == 0
    assert "nothing led" in shown.getvalue()
    assert "Proposed: version 2 (model_lightgbm, window12) by Ada" in shown.getvalue()


def test_own_proposals_are_not_approved_at_the_command_line(settings: Settings) -> None:
    """One sentence, exit 1, and nothing moves."""
    done = call(settings.home, "approve", "2", "--as", "ada", "--reason", "mine is best")
    assert done.returncode == 1
    assert "Ada made or proposed version 2: somebody else must approve it" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert Registry(settings.tracking_uri, "credit-pd", Path()).version_of() == 1


def test_a_reason_must_be_given(settings: Settings) -> None:
    """The command asks for it."""
    done = call(settings.home, "approve", "2", "--as", "Grace")
    assert done.returncode == 2
    assert "--reason" in done.stderr


def test_approving_and_going_back(settings: Settings) -> None:
    """Somebody else approves; one call later the former leads again."""
    said = io.StringIO()
    console = Console(file=said, width=200)
    registry = Registry.of(settings)
    assert approve(settings, 2, "Grace", "validated [ticket 12]", console) == 0
    assert registry.version_of() == 2
    assert roll_back(settings, None, "Grace", "a mistake", console) == 0
    assert registry.version_of() == 1
    assert "version 2 leads: Grace let it (validated [ticket 12])" in said.getvalue()
    assert "version 1 leads: Grace let it (a mistake)" in said.getvalue()
    show(settings, console)
    assert "[ticket 12]" in said.getvalue()

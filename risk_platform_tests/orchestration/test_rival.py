"""What a candidate is compared with, and when a person is asked whatever the mode."""

from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from risk_platform.definitions import build_definitions
from risk_platform.handover.models.promotions import Promotions
from risk_platform.handover.models.registry import Registry, Told
from risk_platform.orchestration.assets.gate import rival_of
from risk_platform.orchestration.resources import Governance
from risk_platform.scoring.bundle import write_bundle
from risk_platform.scoring.bundle_files import MODEL
from risk_platform.settings import Settings
from risk_platform.store.documents import DocumentStore
from risk_platform_tests.bundles import local_registry, proposal, small_bundle

PROTOCOL = small_bundle().card.protocol


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """Return a registry of two versions."""
    registry = local_registry(tmp_path)
    for seed in (1, 2):
        folder = tmp_path / f"bundle-{seed}"
        folder.mkdir()
        write_bundle(folder, small_bundle(seed=seed))
        registry.publish(folder, Told(), {})
    return registry


@pytest.fixture
def promotions(registry: Registry, tmp_path: Path) -> Promotions:
    """Return an empty record of it."""
    return Promotions(registry, DocumentStore(tmp_path / "tables"))


def lead(registry: Registry, promotions: Promotions, version: int, run_id: str = "a-run") -> None:
    """Let a version lead by itself."""
    promotions.propose(proposal(version, registry.load(version).digest, run_id=run_id))
    promotions.promote(version, "it leads")


def test_where_nothing_leads_nobody_is_asked(promotions: Promotions) -> None:
    """The first champion."""
    rival, is_open = rival_of(promotions, "a-run", PROTOCOL)
    assert (rival.model, rival.why_none, is_open) == (None, "Nothing leads yet.", True)


def test_what_leads_is_compared(registry: Registry, promotions: Promotions) -> None:
    """And may be followed without asking."""
    lead(registry, promotions, 2)
    rival, is_open = rival_of(promotions, "another-run", PROTOCOL)
    assert rival.model is not None
    assert (rival.model.version, is_open) == (2, True)


def test_a_step_that_is_tried_again_is_compared_with_what_led_before(
    registry: Registry, promotions: Promotions
) -> None:
    """Not with what it has itself let lead."""
    lead(registry, promotions, 1, "an-earlier-run")
    lead(registry, promotions, 2, "a-run")
    rival, _ = rival_of(promotions, "a-run", PROTOCOL)
    assert rival.model is not None
    assert rival.model.version == 1


def _rolled_back(registry: Registry, promotions: Promotions) -> None:
    lead(registry, promotions, 2, "another-run")
    promotions.roll_back("Grace", "it scores farmers too low")


def _moved_by_hand(registry: Registry, promotions: Promotions) -> None:
    del promotions
    registry.promote(2)


def _damaged(registry: Registry, promotions: Promotions) -> None:
    del promotions
    for file in registry.artifacts.rglob(MODEL):
        file.write_text(file.read_text() + " ")


@pytest.mark.parametrize("harm", [_rolled_back, _moved_by_hand, _damaged])
def test_a_person_is_asked(
    registry: Registry, promotions: Promotions, harm: Callable[[Registry, Promotions], None]
) -> None:
    """After a rollback, where somebody moved the alias, and where what leads was changed."""
    lead(registry, promotions, 1)
    harm(registry, promotions)
    _, is_open = rival_of(promotions, "the-next-run", PROTOCOL)
    assert not is_open


def test_what_leads_by_another_protocol_is_not_compared(
    registry: Registry, promotions: Promotions
) -> None:
    """It may have learnt from the loans of this one's test: a person decides."""
    lead(registry, promotions, 1)
    rival, is_open = rival_of(promotions, "another-run", "matured36")
    assert (rival.model, is_open) == (None, False)
    assert rival.why_none == f"Version 1 leads, by another protocol ({PROTOCOL})."


def test_an_alias_that_nobody_decided_on_is_not_overwritten(
    registry: Registry, promotions: Promotions
) -> None:
    """A home older than the record: a person takes the version into it, or approves another."""
    registry.promote(1)
    rival, is_open = rival_of(promotions, "a-run", PROTOCOL)
    assert (rival.model, is_open) == (None, False)


def test_who_launches_a_run_cannot_say_who_decides(tmp_path: Path) -> None:
    """Mode and proposer come from the environment, whatever the Launchpad is told."""
    settings = Settings(home=tmp_path, promotion="four-eyes", user="Ada")

    @dg.asset
    def decided(governance: dg.ResourceParam[Governance]) -> list[object]:
        return [governance.is_automatic, governance.proposer]

    done = dg.materialize(
        [decided],
        resources={"governance": (build_definitions(settings).resources or {})["governance"]},
        run_config={"resources": {"governance": {"config": {"is_automatic": True}}}},
    )
    assert done.output_for_node("decided") == [False, "Ada"]

"""Who leads stands in a record, and the registry is held against it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from risk_platform.errors.models import (
    ForeignChampionError,
    MissingReasonError,
    NoEarlierChampionError,
    NotProposedError,
    OwnProposalError,
    UnknownVersionError,
    WrongScoresError,
)
from risk_platform.handover.promotions import DOCUMENT, Promotions, Proposal, Way
from risk_platform.handover.registry import CHALLENGER, Published, Registry, Told
from risk_platform.scoring.bundle import write_bundle
from risk_platform.spark.documents import DocumentStore
from risk_platform_tests.bundles import local_registry, small_bundle


@dataclass(frozen=True)
class House:
    """A registry with two versions, and an empty record."""

    registry: Registry
    documents: DocumentStore
    first: Published
    second: Published

    @property
    def promotions(self) -> Promotions:
        """The record, as any process opens it."""
        return Promotions(self.registry, self.documents)

    def propose(self, published: Published, by: str = "Ada") -> None:
        """Have a version pass the gate."""
        self.promotions.propose(
            Proposal(
                version=published.version,
                digest=published.digest,
                candidate="model_lightgbm",
                protocol="window12",
                by=by,
                run_id="a-run",
                at="2026-01-01T00:00:00+00:00",
            )
        )


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Registry, list[Published]]:
    """Return a registry, and two versions that it holds."""
    folder = tmp_path_factory.mktemp("registry")
    registry = local_registry(folder)
    made = []
    for seed in (1, 5):
        bundle = folder / f"bundle-{seed}"
        bundle.mkdir()
        write_bundle(bundle, small_bundle(seed=seed))
        made.append(registry.publish(bundle, Told(), {}))
    return registry, made


@pytest.fixture
def house(published: tuple[Registry, list[Published]], tmp_path: Path) -> House:
    """Return them with a record of their own."""
    registry, (first, second) = published
    return House(registry, DocumentStore(tmp_path / "tables"), first, second)


def test_what_passed_the_gate_is_the_challenger(house: House) -> None:
    """It does not lead by that."""
    house.propose(house.second)
    assert house.registry.version_of(CHALLENGER) == house.second.version
    assert house.promotions.record().champion is None


def test_a_challenger_may_lead_at_once(house: House) -> None:
    """The record names its proposer and why; alias and record agree."""
    house.propose(house.first)
    led = house.promotions.promote("nothing led")
    assert (led.version, led.by, led.way) == (house.first.version, "Ada", Way.AUTOMATIC)
    assert house.registry.version_of() == house.first.version
    assert house.promotions.disagreement() == ""


@pytest.mark.parametrize("by", ["Ada", " ada ", "ADA"])
def test_nobody_approves_what_they_proposed(house: House, by: str) -> None:
    """However the name is written."""
    house.propose(house.first)
    with pytest.raises(OwnProposalError, match="Ada proposed version"):
        house.promotions.approve(house.first.version, by, "looks good")


def test_somebody_else_approves(house: House) -> None:
    """Name and reason are kept."""
    house.propose(house.second)
    led = house.promotions.approve(house.second.version, "Grace", "validated on 2026-01-02")
    assert house.promotions.record().champion == led
    assert (led.by, led.reason, led.way) == ("Grace", "validated on 2026-01-02", Way.APPROVED)
    assert house.registry.version_of() == house.second.version


@pytest.mark.parametrize(("by", "reason"), [("", "why"), ("Grace", "  ")])
def test_a_decision_needs_a_name_and_a_reason(house: House, by: str, reason: str) -> None:
    """A blank one is none."""
    house.propose(house.first)
    with pytest.raises(MissingReasonError):
        house.promotions.approve(house.first.version, by, reason)


def test_only_what_passed_the_gate_last_is_approved(house: House) -> None:
    """Neither a version that never did, nor one that another has followed."""
    with pytest.raises(NotProposedError, match="none has passed the gate yet"):
        house.promotions.approve(house.first.version, "Grace", "why")
    house.propose(house.first)
    house.propose(house.second)
    with pytest.raises(NotProposedError, match=f"version {house.second.version} passed"):
        house.promotions.approve(house.first.version, "Grace", "why")


def test_rolling_back_is_one_call(house: House) -> None:
    """What led before leads again, and what led stays in the record."""
    for version in (house.first, house.second):
        house.propose(version)
        house.promotions.promote("it leads")
    led = house.promotions.roll_back("Grace", "it scores farmers too low")
    assert (led.version, led.way) == (house.first.version, Way.ROLLBACK)
    assert house.registry.version_of() == house.first.version
    assert len(house.promotions.record().promotions) == 3


def test_rolling_back_twice_goes_forward_again(house: House) -> None:
    """What led before the present one is what it was rolled back from."""
    for version in (house.first, house.second):
        house.propose(version)
        house.promotions.promote("it leads")
    house.promotions.roll_back("Grace", "a mistake")
    assert house.promotions.roll_back("Grace", "no mistake").version == house.second.version


@pytest.mark.parametrize("version", [None, 99])
def test_there_must_be_something_to_go_back_to(house: House, version: int | None) -> None:
    """Neither the first champion nor a version that never led has one before it."""
    house.propose(house.first)
    house.promotions.promote("it leads")
    with pytest.raises(NoEarlierChampionError, match=r"(ever|never) led"):
        house.promotions.roll_back("Grace", "why", version)


def _by_hand(house: House) -> None:
    house.registry.promote(house.second.version)


def _first_by_hand(house: House) -> None:
    house.documents.amend(DOCUMENT, lambda _: b"{}")


def _other_bundle(house: House) -> None:
    def changed(text: bytes | None) -> bytes:
        return (text or b"").replace(house.first.digest.encode(), b"0" * 64)

    house.documents.amend(DOCUMENT, changed)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_by_hand, "should be: Ada let it lead"),
        (_first_by_hand, "nobody has approved any"),
        (_other_bundle, "not the bundle that Ada let lead"),
    ],
    ids=["alias moved", "record lost", "another digest"],
)
def test_an_alias_that_nobody_decided_on_is_noticed(
    house: House, harm: Callable[[House], None], said: str
) -> None:
    """Alias and record are kept apart, so one of them tells on the other."""
    house.propose(house.first)
    house.promotions.promote("it leads")
    harm(house)
    assert said in house.promotions.disagreement()
    with pytest.raises(ForeignChampionError, match=said):
        house.promotions.demand_agreement()


def test_a_kill_between_record_and_alias_is_noticed_and_mended(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record is first; approving again moves the alias."""
    house.propose(house.first)
    house.promotions.promote("it leads")
    house.propose(house.second)
    with monkeypatch.context() as patched:
        patched.setattr(Registry, "promote", _killed)
        with pytest.raises(KeyboardInterrupt):
            house.promotions.approve(house.second.version, "Grace", "why")
    assert "should be: Grace let it lead" in house.promotions.disagreement()
    house.promotions.approve(house.second.version, "Grace", "why")
    assert house.promotions.disagreement() == ""


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_what_cannot_be_fetched_does_not_lead(house: House) -> None:
    """A version that the registry does not hold leaves record and alias as they were."""
    house.propose(house.first)
    house.promotions.promote("it leads")
    missing = Published(version=99, digest="0" * 64, mlflow_run_id="")
    with pytest.raises(UnknownVersionError):
        house.propose(missing)
    with pytest.raises(UnknownVersionError):
        house.promotions.approve(99, "Grace", "why")
    assert house.promotions.disagreement() == ""


def test_what_scores_otherwise_than_it_did_does_not_lead(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another library may round otherwise than the one that it was made with."""
    house.propose(house.first)
    monkeypatch.setattr("risk_platform.scoring.bundle.example_scores", lambda _: {"good": 0.5})
    with pytest.raises(WrongScoresError):
        house.promotions.approve(house.first.version, "Grace", "why")
    assert house.promotions.record().champion is None

"""Who leads stands in a record, and the registry is held against it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from risk_platform.errors.models import (
    ChangedRecordError,
    DamagedRecordError,
    ForeignChampionError,
    MissingReasonError,
    NoEarlierChampionError,
    NotProposedError,
    OwnProposalError,
    UnknownVersionError,
    WrongScoresError,
)
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.handover.models.promotions import DOCUMENT, EMPTY, Promotion, Promotions, Way
from risk_platform.handover.models.registry import CHALLENGER, Published, Registry, Told
from risk_platform.scoring.bundle import write_bundle
from risk_platform.store.documents import DocumentStore
from risk_platform_tests.bundles import local_registry, proposal, small_bundle


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
        self.promotions.propose(proposal(published.version, published.digest, by))


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
    led = house.promotions.promote(house.first.version, "nothing led")
    assert (led.version, led.by, led.way) == (house.first.version, "Ada", Way.AUTOMATIC)
    assert house.registry.version_of() == house.first.version
    assert house.promotions.disagreement() == ""


@pytest.mark.parametrize("by", ["Ada", " ada ", "ADA"])
def test_nobody_approves_what_they_proposed(house: House, by: str) -> None:
    """However the name is written."""
    house.propose(house.first)
    with pytest.raises(OwnProposalError, match="Ada made or proposed version"):
        house.promotions.approve(house.first.version, by, "looks good")


def test_nobody_approves_what_they_made(house: House) -> None:
    """Whoever proposed it."""
    house.propose(house.first, by="Edsger")
    with pytest.raises(OwnProposalError, match="Ada made"):
        house.promotions.approve(house.first.version, "Ada", "looks good")


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
        house.promotions.promote(version.version, "it leads")
    led = house.promotions.roll_back("Grace", "it scores farmers too low")
    assert (led.version, led.way) == (house.first.version, Way.ROLLBACK)
    assert house.registry.version_of() == house.first.version
    assert len(house.promotions.record().promotions) == 3


def test_what_was_rolled_back_from_is_no_way_back(house: House) -> None:
    """Nothing is left to go back to; forward again it goes by its number only."""
    for version in (house.first, house.second):
        house.propose(version)
        house.promotions.promote(version.version, "it leads")
    house.promotions.roll_back("Grace", "a mistake")
    with pytest.raises(NoEarlierChampionError):
        house.promotions.roll_back("Grace", "another")
    again = house.promotions.roll_back("Grace", "no mistake", house.second.version)
    assert again.version == house.second.version == house.registry.version_of()


def test_a_rollback_that_was_killed_is_finished_by_repeating_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not go forward again to what it left."""
    for version in (house.first, house.second):
        house.propose(version)
        house.promotions.promote(version.version, "it leads")
    with monkeypatch.context() as patched:
        patched.setattr(Registry, "promote", _killed)
        with pytest.raises(KeyboardInterrupt):
            house.promotions.roll_back("Grace", "a mistake")
    assert house.registry.version_of() == house.second.version
    assert house.promotions.roll_back("Grace", "a mistake").version == house.first.version
    assert house.registry.version_of() == house.first.version


def test_a_home_older_than_the_record_is_taken_into_it(house: House) -> None:
    """By the number of the version that bears the alias, and no other."""
    house.registry.promote(house.second.version)
    with pytest.raises(NoEarlierChampionError):
        house.promotions.roll_back("Grace", "why", house.first.version)
    house.promotions.roll_back("Grace", "it led before records were kept", house.second.version)
    assert house.promotions.disagreement() == ""


def test_a_run_that_was_killed_finds_what_led_before_it(house: House) -> None:
    """A step that is tried again moves the alias, and is no rival of itself."""
    house.propose(house.first)
    house.promotions.promote(house.first.version, "it leads")
    house.registry.promote(house.second.version)
    house.promotions.settle("another-run")
    assert house.registry.version_of() == house.second.version
    house.promotions.settle("a-run")
    assert house.registry.version_of() == house.first.version
    assert house.promotions.record().rival_of("a-run") is None
    assert house.promotions.record().rival_of("another-run") is not None


def test_proposing_again_adds_nothing(house: House) -> None:
    """A step that is tried again."""
    house.propose(house.first)
    house.propose(house.first, by="Bob")
    assert [one.by for one in house.promotions.record().proposals] == ["Ada"]


def test_nobody_approves_what_they_once_proposed(house: House) -> None:
    """Though others proposed it since."""
    house.propose(house.first)
    house.propose(house.second)
    house.propose(house.first, by="Bob")
    with pytest.raises(OwnProposalError):
        house.promotions.approve(house.first.version, "Ada", "why")


def test_what_changed_meanwhile_is_not_overruled(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the model is fetched, another version is proposed."""
    house.propose(house.first)
    load = Registry.load

    def load_slowly(registry: Registry, version: int | None = None) -> LoadedModel:
        house.propose(house.second, by="Bob")
        return load(registry, version)

    monkeypatch.setattr(Registry, "load", load_slowly)
    with pytest.raises(ChangedRecordError):
        house.promotions.approve(house.first.version, "Grace", "why")
    assert house.promotions.record().champion is None


@pytest.mark.parametrize("text", [b"no JSON", b"{}", b'{"proposals": [], "promotions": [{}]}'])
def test_a_record_that_cannot_be_read_is_said(house: House, text: bytes) -> None:
    """Nothing is decided, and nothing is written over it."""
    house.documents.amend(DOCUMENT, lambda _: text)
    with pytest.raises(DamagedRecordError, match="promotions cannot be read"):
        house.promotions.record()
    with pytest.raises(DamagedRecordError):
        house.propose(house.first)
    assert house.documents.read(DOCUMENT) == text


def test_two_who_propose_at_once_both_stand_in_the_record(house: House) -> None:
    """The one that began earlier tries again."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(house.propose, (house.first, house.second)))
    proposed = {one.version for one in house.promotions.record().proposals}
    assert proposed == {house.first.version, house.second.version}


@pytest.mark.parametrize("version", [None, 99])
def test_there_must_be_something_to_go_back_to(house: House, version: int | None) -> None:
    """Neither the first champion nor a version that never led has one before it."""
    house.propose(house.first)
    house.promotions.promote(house.first.version, "it leads")
    with pytest.raises(NoEarlierChampionError, match=r"(ever|never) led"):
        house.promotions.roll_back("Grace", "why", version)


def _by_hand(house: House) -> None:
    house.registry.promote(house.second.version)


def _first_by_hand(house: House) -> None:
    house.documents.amend(DOCUMENT, lambda _: b'{"proposals": [], "promotions": []}')


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
    house.promotions.promote(house.first.version, "it leads")
    harm(house)
    assert said in house.promotions.disagreement()
    with pytest.raises(ForeignChampionError, match=said):
        house.promotions.demand_agreement()


def test_a_kill_between_record_and_alias_is_noticed_and_mended(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record is first; approving again moves the alias."""
    house.propose(house.first)
    house.promotions.promote(house.first.version, "it leads")
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
    house.promotions.promote(house.first.version, "it leads")
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


def led(version: int, at: str) -> Promotion:
    """Return that a version led from a moment on."""
    return Promotion(
        version=version, digest=str(version), by="Ada", reason="why", way=Way.APPROVED, at=at
    )


@pytest.mark.parametrize(
    ("moment", "versions"),
    [
        ("2020-01-01", [4, 1, 3, 2]),
        ("2025-02-01", [4, 1, 3, 2]),
        ("2025-02-02", [4, 1, 3, 2]),
        ("2025-03-02", [4, 1, 3]),
        ("2025-04-02", [4, 1]),
        ("2025-05-02", [4]),
        ("2099-01-01", [4]),
    ],
)
def test_what_led_since_a_moment_is_told(moment: str, versions: list[int]) -> None:
    """Until when a version led counts, not from when; who came back counts once, as the newer."""
    months = enumerate((1, 2, 3, 1, 4), start=1)
    record = replace(EMPTY, promotions=tuple(led(v, f"2025-{n:02}-01") for n, v in months))
    assert [one.version for one in record.led_since(moment)] == versions


def test_nothing_led_where_nothing_is_recorded() -> None:
    """Neither now nor ever."""
    assert EMPTY.led_since("2020-01-01") == ()

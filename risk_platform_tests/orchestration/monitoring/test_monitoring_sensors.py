"""Ticks of the sensors: a stop without a run, a lease that lasts while all is well, and alarms."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.sensor_definition import SensorExecutionData
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from pydantic import SecretStr

from risk_platform.definitions import build_definitions
from risk_platform.handover.database import Database
from risk_platform.handover.drift import DriftRecord, Light
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.events import Cause
from risk_platform.handover.gating.news import latest_news
from risk_platform.handover.models.promotions import Promotions
from risk_platform.handover.models.registry import Registry
from risk_platform.orchestration.monitoring.watched import Watched
from risk_platform.settings import Settings
from risk_platform_tests.bundles import let_lead
from risk_platform_tests.handover import moves
from risk_platform_tests.monitored import Change, in_cents, world
from risk_platform_tests.orchestration.monitoring.checks_made import DEPLOYED, SCORES, check_made
from risk_platform_tests.orchestration.webhook import Webhook

WORLD = world()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home in whose registry a champion leads."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home)
    let_lead(Promotions.of(settings), Registry.of(settings), WORLD.bundle)
    return home


@dataclass
class Ticking:
    """An environment whose sensors tick when a test says so.

    Attributes
    ----------
    settings, instance, database
        Of it.
    """

    settings: Settings
    instance: dg.DagsterInstance
    database: Database

    def __post_init__(self) -> None:
        """Begin without cursors."""
        self.cursors: dict[str, str | None] = {}

    @cached_property
    def sensors(self) -> dict[str, dg.SensorDefinition]:
        """The sensors, as long as the code location is loaded."""
        made = build_definitions(self.settings).sensors or ()
        return {one.name: one for one in made if isinstance(one, dg.SensorDefinition)}

    def tick(self, name: str) -> SensorExecutionData:
        """Let a sensor tick once, and keep its cursor as the daemon does."""
        context = dg.build_sensor_context(self.instance, cursor=self.cursors.get(name))
        told = self.sensors[name].evaluate_tick(context)
        self.cursors[name] = told.cursor
        return told

    def drift(self) -> list[str]:
        """Look for drift, and return the keys of the runs that are asked for."""
        asked = self.tick("pause_serving_on_drift").run_requests or []
        return [request.run_key or "" for request in asked]

    def renew(self) -> str:
        """See after the lease, and return what is said."""
        return str(self.tick("renew_serving_lease").skip_message)

    @property
    def gate(self) -> Gate:
        """The gate, as the sensors see it."""
        return Gate.of(self.settings, self.database)

    def decide(self, many: int, change: Change = dict, begin: int = 0) -> None:
        """Have the champion decide applications."""
        digest = Watched(self.settings).model().digest
        WORLD.decide(self.database, many, change, digest=digest, begin=begin)


@pytest.fixture
def ticking(
    home: Path, database: Database, store_url: str, tmp_path: Path, webhook: Webhook
) -> Iterator[Ticking]:
    """Return an environment whose gate is open for one lease."""
    settings = Settings(
        home=home,
        database=SecretStr(store_url),
        anchors=str(tmp_path / "anchors.txt"),
        alert_webhook=SecretStr(webhook.url),
    )
    Gate.of(settings, database).open_first("Ada")
    with dg.DagsterInstance.ephemeral() as instance:
        check_made(instance, DEPLOYED, SCORES, passed=True)
        yield Ticking(settings, instance, database)


def test_ordinary_decisions_let_scoring_go_on(ticking: Ticking, webhook: Webhook) -> None:
    """The look is put down, the lease is renewed, and nobody is alarmed."""
    ticking.decide(2_000)
    ticking.drift()
    moves.let_pass(ticking.database, 60)
    assert ticking.renew() == "renewed for 300 seconds"
    assert ticking.gate.state().lease_seconds > 290
    assert webhook.bodies == []


def test_drift_stops_scoring_before_any_run_starts(ticking: Ticking, webhook: Webhook) -> None:
    """The tick itself does; then it asks for a run that records it, once, and raises an alarm."""
    (opened,) = ticking.drift()
    ticking.decide(300, in_cents)
    (asked,) = ticking.drift()
    assert not ticking.gate.state().is_running
    news = latest_news(ticking.database)
    assert news is not None
    assert asked == news.event_id != opened
    assert ticking.drift() == []
    (body,) = webhook.bodies
    assert "scoring stopped by the drift sensor (epoch 2)" in body["cause"]
    assert "household_income_usd" in body["cause"]


def test_a_tick_that_is_repeated_asks_for_the_same_run(ticking: Ticking) -> None:
    """Its cursor was not kept, as the daemon was killed: Dagster starts one run a key."""
    ticking.decide(300, in_cents)
    before = ticking.cursors.copy()
    first = ticking.drift()
    ticking.cursors = before
    assert ticking.drift() == first
    assert ticking.gate.state().epoch == 2


def test_an_alarm_that_was_not_taken_is_raised_again(ticking: Ticking, webhook: Webhook) -> None:
    """And the run is asked for by the same key."""
    ticking.decide(300, in_cents)
    webhook.statuses = [404, 200]
    first = ticking.drift()
    assert ticking.drift() == first
    assert ticking.drift() == []
    assert len(webhook.bodies) == 2


def test_a_stop_is_told_though_people_resumed_before_anybody_looked(
    ticking: Ticking, webhook: Webhook
) -> None:
    """Each move behind the last one that was told, in their order, and each by a run of its own."""
    ticking.drift()
    ticking.gate.pause("Grace", "odd scores")
    moves.resumed(ticking.gate)
    asked = ticking.drift()
    assert len(asked) == len(set(asked)) == 2
    (body,) = webhook.bodies
    assert "scoring stopped by Grace (epoch 2): odd scores" in body["cause"]
    assert ticking.drift() == []


def test_two_keys_that_are_suspended_between_looks_are_both_told(
    ticking: Ticking, webhook: Webhook
) -> None:
    """The first one first."""
    ticking.drift()
    for key_id in ("1" * 16, "2" * 16):
        ticking.gate.suspend(key_id, "Grace", "odd applications")
    assert len(ticking.drift()) == 2
    told = [body["cause"].split(" suspended")[0] for body in webhook.bodies]
    assert told == [f"API key {'1' * 16}", f"API key {'2' * 16}"]


def test_a_stop_that_no_webhook_took_is_told_before_what_followed(
    ticking: Ticking, webhook: Webhook
) -> None:
    """A resume hides none, and is not told again and again."""
    ticking.drift()
    ticking.gate.pause("Grace", "odd scores")
    webhook.statuses = [404, 200]
    (stopped,) = ticking.drift()
    moves.resumed(ticking.gate)
    assert ticking.drift()[0] == stopped
    assert len(webhook.bodies) == 2
    assert ticking.drift() == []


def test_in_a_database_that_was_restored_the_newest_is_told(ticking: Ticking) -> None:
    """What was told last is not in it, so that nothing can be behind that."""
    ticking.cursors["pause_serving_on_drift"] = "0198c0de-0000-7000-8000-000000000000"
    news = latest_news(ticking.database)
    assert news
    assert ticking.drift() == [news.event_id]


def test_what_was_stopped_is_not_renewed(ticking: Ticking) -> None:
    """The latch holds."""
    ticking.decide(300, in_cents)
    ticking.drift()
    assert ticking.renew().startswith("scoring is stopped (epoch 2)")
    assert not ticking.gate.state().is_running


def test_people_who_resume_are_not_overruled_by_what_they_saw(ticking: Ticking) -> None:
    """The red verdict is older than their resume: the next look says how it is since."""
    ticking.decide(300, in_cents)
    ticking.drift()
    ticking.drift()
    evidence = moves.last_verdict(ticking.database)
    moves.resumed(ticking.gate, cause=Cause(evidence=evidence))
    ticking.drift()
    moves.let_pass(ticking.database, 10)
    assert ticking.renew() == "renewed for 300 seconds"


def test_without_a_look_no_lease_is_renewed(ticking: Ticking, webhook: Webhook) -> None:
    """At two thirds of it an alarm is raised, once; then it ends, and scoring is stopped."""
    assert "no look for drift was made yet" in ticking.renew()
    assert webhook.bodies == []
    moves.let_pass(ticking.database, 210)
    ticking.renew()
    ticking.renew()
    (body,) = webhook.bodies
    assert body["cause"].startswith("Scoring stops in ")
    moves.let_pass(ticking.database, 100)
    assert ticking.renew().startswith("scoring is stopped (epoch 2): no verdict of drift has")
    assert not ticking.gate.state().is_running


def test_a_look_that_is_too_old_renews_nothing(ticking: Ticking) -> None:
    """The evaluator is dead."""
    ticking.drift()
    moves.let_pass(ticking.database, 200)
    assert ticking.renew() == "renewed for 300 seconds"
    moves.let_pass(ticking.database, 200)
    assert "the last look for drift was 400 seconds ago" in ticking.renew()


def test_a_look_that_fails_is_no_verdict(ticking: Ticking, webhook: Webhook) -> None:
    """The tick fails, an alarm is raised once, and nothing is put down that could renew a lease."""
    ticking.decide(10)
    with ticking.database.writing() as connection:
        connection.exec_driver_sql('UPDATE decisions SET inputs = \'{"term": "soon"}\'')
    for _ in range(2):
        with pytest.raises(ValueError, match="term"):
            ticking.drift()
    (body,) = webhook.bodies
    assert "not looked at for drift" in body["cause"]
    assert DriftRecord(ticking.database).latest() is None
    assert "no look for drift was made yet" in ticking.renew()


def test_too_few_decisions_let_it_go_on_for_a_day(ticking: Ticking) -> None:
    """Longer, if a window was whole meanwhile; then the lease ends, and the setting is named."""
    for hours in (10, 10):
        moves.let_pass(ticking.database, hours * 3_600 - 100)
        with ticking.database.writing() as connection:
            connection.exec_driver_sql(
                "UPDATE gate SET lease_until_us = lease_until_us + 35900000000"
            )
        ticking.drift()
        assert ticking.renew() == "renewed for 300 seconds"
    moves.let_pass(ticking.database, 4.5 * 3_600)
    with ticking.database.writing() as connection:
        connection.exec_driver_sql("UPDATE gate SET lease_until_us = lease_until_us + 16100000000")
    ticking.drift()
    assert "RISK_INSUFFICIENT_HOURS" in ticking.renew()
    ticking.decide(2_000)
    ticking.drift()
    last = DriftRecord(ticking.database).latest()
    assert last is not None
    assert last.light is Light.GREEN
    assert ticking.renew() == "renewed for 300 seconds"


def test_a_champion_that_does_not_pass_its_checks_is_not_let_go_on(ticking: Ticking) -> None:
    """Whoever changed its files in the registry stops it within a lease."""
    ticking.drift()
    check_made(ticking.instance, DEPLOYED, SCORES, passed=False)
    assert SCORES in ticking.renew()


@pytest.mark.parametrize("before", [True, False])
def test_a_check_that_is_only_planned_changes_nothing(ticking: Ticking, *, before: bool) -> None:
    """A run may take hours until it makes it, or end before: the last one that was made counts."""
    ticking.drift()
    check_made(ticking.instance, DEPLOYED, SCORES, passed=before)
    job = build_definitions(ticking.settings).resolve_job_def("refresh_platform")
    ticking.instance.create_run_for_job(job)
    (record,) = ticking.instance.event_log_storage.get_asset_check_execution_history(
        dg.AssetCheckKey(dg.AssetKey(DEPLOYED), SCORES), limit=1
    )
    assert record.status is AssetCheckExecutionRecordStatus.PLANNED
    assert ticking.renew().startswith("renewed" if before else "Scoring stops")


def test_a_service_that_goes_on_with_another_model_is_not_let_go_on(ticking: Ticking) -> None:
    """Nobody looks at what that decides; once the leader decides most, all is well again."""
    ticking.drift()
    moves.let_pass(ticking.database, 60)
    WORLD.decide(ticking.database, 10, digest="e" * 64)
    assert "another model than the one that leads" in ticking.renew()
    ticking.decide(11, begin=10)
    assert ticking.renew() == "renewed for 300 seconds"


def test_a_check_that_was_never_made_does_not_pass(ticking: Ticking) -> None:
    """Nobody has looked whether the champion is what was promoted."""
    ticking.drift()
    ticking.instance.event_log_storage.wipe()
    assert SCORES in ticking.renew()


def test_a_check_that_failed_is_told_once(ticking: Ticking, webhook: Webhook) -> None:
    """Not a mere warning; and again where the webhook did not take it."""
    check_made(ticking.instance, "cleaned_loans", "labels_are_known", passed=False)
    check_made(ticking.instance, "cleaned_loans", "loans_are_fresh", "WARN", passed=False)
    webhook.statuses = [404, 200]
    for _ in range(3):
        ticking.tick("alert_on_failed_check")
    said = [body["cause"] for body in webhook.bodies]
    assert len(said) == 2
    assert {one.split(" does not")[0] for one in said} == {"cleaned_loans: labels_are_known"}


def test_checks_are_told_where_each_run_has_a_file_of_its_own(
    ticking: Ticking, webhook: Webhook
) -> None:
    """As in Dagster's own SQLite: there, events of all runs have no order to go on from."""
    with dg.instance_for_test() as instance:
        on_disk = Ticking(ticking.settings, instance, ticking.database)
        for name in ("labels_are_known", "loans_are_fresh"):
            check_made(instance, "cleaned_loans", name, passed=False)
            on_disk.tick("alert_on_failed_check")
            on_disk.tick("alert_on_failed_check")
    said = [body["cause"].partition(" does not")[0] for body in webhook.bodies]
    assert said == ["cleaned_loans: labels_are_known", "cleaned_loans: loans_are_fresh"]


def test_without_a_champion_there_is_nothing_to_look_at(
    tmp_path: Path, database: Database, store_url: str
) -> None:
    """No verdict, and no alarm: nothing was deployed yet."""
    settings = Settings(home=tmp_path, database=SecretStr(store_url))
    with dg.DagsterInstance.ephemeral() as instance:
        assert Ticking(settings, instance, database).drift() == []
    assert DriftRecord(database).latest() is None


def test_they_run_without_being_asked_for(ticking: Ticking) -> None:
    """Who forgets to switch them on would be stopped by the lease."""
    names = ("pause_serving_on_drift", "renew_serving_lease", "alert_on_failed_check")
    assert {ticking.sensors[name].default_status for name in names} == {
        dg.DefaultSensorStatus.RUNNING
    }
    assert {ticking.sensors[name].minimum_interval_seconds for name in names} == {30}

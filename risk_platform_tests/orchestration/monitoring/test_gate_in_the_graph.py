"""The gate in the graph: recorded as it stands, and nothing is deployed while it is shut."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.asset_daemon_cursor import AssetDaemonCursor
from pydantic import SecretStr

from risk_platform.definitions import build_definitions
from risk_platform.evaluation.gate import GateReport
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.news import latest_news
from risk_platform.handover.models.promotions import Promotions
from risk_platform.handover.models.registry import Registry
from risk_platform.handover.store import open_store
from risk_platform.orchestration.assets.monitoring import serving_gate
from risk_platform.orchestration.assets.serving import deployed_champion
from risk_platform.orchestration.checks.serving import scoring_runs
from risk_platform.orchestration.tags import GATE_EVENT
from risk_platform.settings import Settings
from risk_platform_tests.bundles import let_lead
from risk_platform_tests.handover import moves
from risk_platform_tests.monitored import world


@dataclass
class Deploying:
    """A home whose champion leads, and the gate of its decisions."""

    settings: Settings
    database: Database
    instance: dg.DagsterInstance

    @property
    def gate(self) -> Gate:
        """The gate."""
        return Gate.of(self.settings, self.database)

    def run(
        self, *assets: dg.AssetsDefinition | dg.AssetChecksDefinition, **tags: str
    ) -> dg.ExecuteInProcessResult:
        """Materialise assets."""
        resources = dict(build_definitions(self.settings).resources or {})
        resources["documents"] = dg.InMemoryIOManager()
        return dg.materialize(assets, instance=self.instance, resources=resources, tags=tags)

    def deploy(self) -> dg.ExecuteInProcessResult:
        """Deploy what was proposed."""
        return self.run(proposed_champion, deployed_champion)


@dg.asset(io_manager_key="documents")
def proposed_champion() -> GateReport:
    """Stand for what was proposed, of which nothing is read."""
    return GateReport.__new__(GateReport)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home in whose registry a champion leads."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home)
    let_lead(Promotions.of(settings), Registry.of(settings), world().bundle)
    return home


@pytest.fixture
def deploying(home: Path, tmp_path: Path) -> Iterator[Deploying]:
    """Return it with a gate that nobody has moved yet."""
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    settings = Settings(home=home, database=SecretStr(url), anchors=str(tmp_path / "anchors.txt"))
    with closing(open_store(url)) as database, dg.DagsterInstance.ephemeral() as instance:
        yield Deploying(settings, database, instance)


def recorded(deploying: Deploying, **tags: str) -> dict[str, object]:
    """Record the gate, and return what the graph is told."""
    result = deploying.run(serving_gate, **tags)
    (made,) = result.asset_materializations_for_node("serving_gate")
    return {name: value.value for name, value in made.metadata.items()}


def test_the_graph_is_told_how_the_gate_stands(deploying: Deploying) -> None:
    """Who, since when, why, and by which event."""
    assert recorded(deploying)["scoring"] == "is stopped"
    deploying.gate.open_first("Ada")
    assert recorded(deploying)["scoring"] == "runs"
    deploying.gate.pause("Grace", "odd scores")
    told = recorded(deploying)
    assert (told["scoring"], told["by"], told["reason"]) == ("is stopped", "Grace", "odd scores")
    assert told["event"] == "scoring stopped by Grace (epoch 2): odd scores"


def test_a_run_records_the_move_that_it_was_asked_for(deploying: Deploying) -> None:
    """Whatever came behind it before the run started, of which there is a run as well."""
    deploying.gate.open_first("Ada")
    deploying.gate.pause("Grace", "odd scores")
    stopped = latest_news(deploying.database)
    moves.resumed(deploying.gate)
    assert stopped
    told = recorded(deploying, **{GATE_EVENT: stopped.event_id})
    assert (told["event_id"], told["scoring"]) == (stopped.event_id, "runs")
    assert told["event"] == "scoring stopped by Grace (epoch 2): odd scores"


def test_the_first_champion_is_deployed_before_scoring_is_let_run(deploying: Deploying) -> None:
    """Nobody could let it run otherwise."""
    assert deploying.deploy().asset_materializations_for_node("deployed_champion")


def test_while_scoring_runs_champions_are_deployed(deploying: Deploying) -> None:
    """As ever."""
    deploying.gate.open_first("Ada")
    assert deploying.deploy().asset_materializations_for_node("deployed_champion")


def test_while_scoring_is_stopped_none_is_deployed(deploying: Deploying) -> None:
    """Not even by hand; it says who stopped it, and what to do."""
    deploying.gate.open_first("Ada")
    deploying.gate.pause("Grace", "odd scores")
    result = deploying.deploy()
    assert result.success
    assert result.asset_materializations_for_node("deployed_champion") == []
    (seen,) = result.asset_observations_for_node("deployed_champion")
    said = str(seen.metadata["held_back"].value)
    assert (
        "no champion is deployed while scoring is stopped (epoch 2, by Grace: odd scores)" in said
    )
    moves.resumed(deploying.gate)
    assert deploying.deploy().asset_materializations_for_node("deployed_champion")


def test_a_lease_that_ended_counts_as_a_stop(deploying: Deploying) -> None:
    """Though nobody has come upon it yet."""
    deploying.gate.open_first("Ada")
    moves.let_pass(deploying.database, 400)
    assert deploying.deploy().asset_materializations_for_node("deployed_champion") == []


def test_by_itself_it_is_deployed_only_while_the_gate_is_open(deploying: Deploying) -> None:
    """Dagster's own condition waits until the check of the gate passes."""
    definitions = build_definitions(deploying.settings)

    def asked(cursor: AssetDaemonCursor | None = None) -> tuple[int, AssetDaemonCursor]:
        told = dg.evaluate_automation_conditions(definitions, deploying.instance, cursor=cursor)
        return told.get_num_requested(deployed_champion.key), told.cursor

    deploying.gate.open_first("Ada")
    deploying.gate.pause("Grace", "odd scores")
    _, cursor = asked()
    deploying.run(serving_gate, scoring_runs)
    deploying.run(proposed_champion)
    requested, cursor = asked(cursor)
    assert requested == 0
    moves.resumed(deploying.gate)
    deploying.run(serving_gate, scoring_runs)
    requested, _ = asked(cursor)
    assert requested == 1

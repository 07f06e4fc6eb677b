"""The report of a day: judged, explained, drawn, and told to MLflow; and of vintages."""

import csv
import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from mlflow import MlflowClient
from pydantic import SecretStr
from sqlalchemy import select

from risk_platform.contract.outcome import DEFAULT_FLAG, horizon_months
from risk_platform.definitions import build_definitions
from risk_platform.handover.database import Database
from risk_platform.handover.models.promotions import Promotions
from risk_platform.handover.models.registry import Registry
from risk_platform.handover.store import open_store
from risk_platform.handover.tables import DECISIONS
from risk_platform.orchestration.monitoring.days import horizon_of
from risk_platform.orchestration.monitoring.watched import Watched
from risk_platform.settings import Settings
from risk_platform_tests.bundles import let_lead
from risk_platform_tests.handover import moves
from risk_platform_tests.monitored import Change, Given, without, world

WORLD = world()
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("evidently") is None, reason="Evidently is not installed"
)


@dataclass
class Home:
    """A home whose champion decides."""

    settings: Settings
    database: Database

    def decide(self, many: int, change: Change = dict) -> None:
        """Have it decide applications, today."""
        WORLD.decide(self.database, many, change, digest=Watched(self.settings).model().digest)

    def tell(self, *rows: Sequence[object]) -> None:
        """Tell what became of decisions, row by row."""
        with Path(self.settings.outcomes).open("a", newline="") as file:
            csv.writer(file).writerows(rows)

    def decided(self, many: int) -> list[str]:
        """Return the ids of so many decisions."""
        with self.database.reading() as connection:
            return list(connection.execute(select(DECISIONS.c.id).limit(many)).scalars())

    def report(self) -> dg.ExecuteInProcessResult:
        """Make today's report."""
        job = build_definitions(self.settings).resolve_job_def("report_drift")
        with dg.DagsterInstance.ephemeral() as instance:
            return job.execute_in_process(
                instance=instance, partition_key=today(), raise_on_error=False
            )


def today() -> str:
    """Return the day of decisions that are made now."""
    return datetime.now(UTC).date().isoformat()


@pytest.fixture(scope="module")
def champion(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home in whose registry a champion leads."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home)
    let_lead(Promotions.of(settings), Registry.of(settings), WORLD.bundle)
    return home


@pytest.fixture
def home(champion: Path, tmp_path: Path) -> Iterator[Home]:
    """Return it with a log of its own, while scoring runs."""
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    settings = Settings(
        home=champion, database=SecretStr(url), outcomes=str(tmp_path / "outcomes.csv")
    )
    with closing(open_store(url)) as database:
        moves.opened(database)
        (tmp_path / "outcomes.csv").write_text("decision_id,observed_months,default_month\n")
        yield Home(settings, database)


def metadata(result: dg.ExecuteInProcessResult) -> dict[str, object]:
    """Return what a run told of the report."""
    assert result.success
    (made,) = result.asset_materializations_for_node("drift_report")
    return {name: value.value for name, value in made.metadata.items()}


def failed(result: dg.ExecuteInProcessResult) -> list[str]:
    """Return the names of the checks that did not pass, none of which merely warns."""
    broken = [check for check in result.get_asset_check_evaluations() if not check.passed]
    assert all(check.severity is dg.AssetCheckSeverity.ERROR for check in broken)
    return [check.check_name for check in broken]


def test_a_day_like_training_is_green(home: Home) -> None:
    """Its page stands alone, and MLflow has the figures."""
    home.decide(2_500)
    result = home.report()
    told = metadata(result)
    assert (told["light"], told["decisions_read"]) == ("green", 2_500)
    assert all(check.passed for check in result.get_asset_check_evaluations())
    page = Path(str(told["page"])).read_text()
    assert "<html" in page
    assert 'src="http' not in page
    run = MlflowClient(home.settings.tracking_uri).get_run(str(told["mlflow_run_id"]))
    assert run.data.metrics["decisions"] == 2_500
    assert str(told["performance"]).startswith("estimate, assuming that the PDs are calibrated")


def test_a_day_unlike_training_is_explained(home: Home) -> None:
    """What became of each input, and what that does to the PDs; the check does not pass."""
    incomes = ("annual_inc", "annual_inc_joint")

    def by_year(given: Given) -> Given:
        return given | {name: 12 * float(given[name] or 0) for name in incomes if given.get(name)}

    home.decide(2_500, by_year)
    result = home.report()
    told = metadata(result)
    assert told["light"] == "red"
    sentence = "household_income_usd is told in another unit: it is 12 times"
    assert sentence in str(told["explained"])
    page = Path(str(told["page"])).read_text()
    verdict = page[page.index("<h1>Red</h1>") : page.index("</section>")]
    assert sentence in verdict
    assert "stops nothing" in verdict
    assert failed(result) == ["drift_is_within_limits"]


def test_labels_that_training_never_saw_are_explained(home: Home) -> None:
    """Though the day is red by so few that nothing is suspected."""
    home.decide(500, lambda given: given | {"home_ownership": "OTHER"})
    told = metadata(home.report())
    assert told["light"] == "red"
    assert "home_ownership is a label that training never saw in 100.0%" in str(told["explained"])


def test_a_day_that_one_client_flooded_is_explained_as_it_was_judged(home: Home) -> None:
    """Of eight in ten decisions that lack a score by one key, a fifth was judged, and is told."""
    WORLD.decide(home.database, 2_000, digest=Watched(home.settings).model().digest)
    without_fico = without("fico_range_low", "fico_range_high")
    digest = Watched(home.settings).model().digest
    WORLD.decide(home.database, 8_000, without_fico, digest=digest, keys=["one"], begin=2_000)
    told = metadata(home.report())
    assert told["decisions_read"] == 10_000
    assert "fico_mid is missing in 20.0% of the loans" in str(told["explained"])


def test_an_input_of_which_nothing_is_known_is_not_drawn(home: Home) -> None:
    """Evidently would fail on it; it is told all the same."""
    home.decide(2_500, without("fico_range_low", "fico_range_high"))
    told = metadata(home.report())
    assert told["not_drawn"] == ["fico_mid"]
    assert "fico_mid is missing in 100.0% of the loans" in str(told["explained"])


def test_a_day_without_decisions_says_so(home: Home) -> None:
    """And drifts in nothing."""
    assert metadata(home.report())["sentence"] == "nothing was decided that day"


def test_outcomes_take_the_place_of_the_estimate(home: Home) -> None:
    """Of the decisions that they name, all by a month that nearly all reached."""
    home.decide(2_000)
    ids = home.decided(400)
    home.tell(*([one, 6, 4 if at % 10 == 0 else ""] for at, one in enumerate(ids[:399])))
    home.tell([ids[399], 0, ""])
    told = metadata(home.report())
    said = "outcomes, 399 loans by month 6, 1 left out as they are not known for so long"
    assert told["performance"] == said
    assert told["realised_default_rate"] == pytest.approx(40 / 399)
    assert told["expected_default_rate"] != told["realised_default_rate"]


def test_outcomes_that_cannot_be_understood_cost_no_report(home: Home) -> None:
    """The day is told with its estimate, and a check says which line is wrong."""
    home.decide(2_000)
    home.tell([home.decided(1)[0], -3, ""])
    result = home.report()
    assert str(metadata(result)["performance"]).startswith("estimate")
    assert failed(result) == ["outcomes_are_understood"]
    assert any("line 2" in str(of.description) for of in result.get_asset_check_evaluations())


def test_a_protocol_says_of_how_many_months_pds_speak() -> None:
    """One without a window speaks of the longest term."""
    assert horizon_of(WORLD.model) == 12
    assert horizon_months(DEFAULT_FLAG) == 60

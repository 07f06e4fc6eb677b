"""Raw files that break the contract stop the run and the command, by the check of what broke."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from pyspark.sql import SparkSession
from rich.console import Console

from risk_platform.commands import check
from risk_platform.commands.home import open_instance
from risk_platform.definitions import build_definitions
from risk_platform.errors.running import RunFailedError
from risk_platform.orchestration.jobs import refresh_platform
from risk_platform.settings import Settings
from risk_platform.sources.generator.generate import generate

pytestmark = pytest.mark.long

LOANS = 12_000
Row = dict[str, str]
# What becomes of the loan with some number among those of its file: one row, several, or none.
Change = Callable[[int, Row], list[Row]]

SUMMER = {"Jul-2016", "Aug-2016", "Sep-2016"}
PLAUSIBLE, FILLED, BOOKS, LABELS = (
    "values_are_plausible",
    "columns_are_filled_when_they_should_be",
    "accounting_identities_hold",
    "labels_are_known",
)


def spoil_values(number: int, loan: Row) -> list[Row]:
    """Break the rules of single loans, each in a year of its own."""
    year = loan["issue_d"][-4:]
    if loan["issue_d"] in SUMMER and number % 3 == 0:
        loan["dti"] = ""
    if year == "2011":
        loan["tot_cur_bal"] = "1000.0"
    if year == "2017" and number % 5 == 0:
        loan["revol_util"] = "5000%"
    if year == "2018" and number % 5 == 0:
        loan["total_pymnt"] = f"{float(loan['total_pymnt']) + 100:.2f}"
    return [loan]


def spoil_rows(number: int, loan: Row) -> list[Row]:
    """Lose a quarter, and send some loans twice."""
    if loan["issue_d"] in SUMMER:
        return []
    return [loan, loan] if number % 30 == 1 else [loan]


def spoil_labels(number: int, loan: Row) -> list[Row]:
    """Write a label that nobody knows."""
    if number % 10 == 0:
        loan["purpose"] = "holidays"
    return [loan]


@dataclass(frozen=True, slots=True)
class Delivery:
    """Raw files with what a check of them found.

    Parameters
    ----------
    settings, instance
        Of the home in which they were checked.
    shown, failure
        What the command wrote, and the sentence with which it ended, empty where all was well.
    checks
        Each check's result, by its name.
    """

    settings: Settings
    instance: dg.DagsterInstance
    shown: str
    failure: str
    checks: Mapping[str, dg.AssetCheckEvaluation]

    def failed(self) -> set[str]:
        """Return the checks that did not pass."""
        return {name for name, result in self.checks.items() if not result.passed}


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return generated loans, as good as any."""
    return generate(LOANS, 11, tmp_path_factory.mktemp("generated")).csv


def deliver(generated: Path, folder: Path, change: Change) -> Path:
    """Write the loans as they are after a change."""
    with generated.open(newline="") as file:
        first = file.readline()
        rows = csv.DictReader(file)
        names = rows.fieldnames or ()
        # The notes at the end are no loans.
        loans = [row for row in rows if row["issue_d"]]
    changed = [new for number, loan in enumerate(loans) for new in change(number, loan)]
    path = folder / "delivered.csv"
    with path.open("w", newline="") as file:
        file.write(first)
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(changed)
    return path


def checked(home: Path, source: Path) -> Iterator[Delivery]:
    """Check raw files in a home of their own."""
    settings = Settings(home=home, source=str(source), spark_master="local[2]")
    shown, failure = io.StringIO(), ""
    try:
        check.run(settings, Console(file=shown, width=400))
    except RunFailedError as error:
        failure = str(error)
    with open_instance(settings) as instance:
        (run,) = instance.get_runs()
        logs = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        events = [log.get_dagster_event() for log in logs]
        found = [event.asset_check_evaluation_data for event in events]
        checks = {result.check_name: result for result in found}
        yield Delivery(settings, instance, shown.getvalue(), failure, checks)


@pytest.fixture(scope="module")
def good(
    generated: Path, tmp_path_factory: pytest.TempPathFactory, spark: SparkSession
) -> Iterator[Delivery]:
    """Return the check of loans that keep the contract."""
    del spark  # the run shares the tests' session
    yield from checked(tmp_path_factory.mktemp("good"), generated)


@pytest.fixture(scope="module")
def values(
    generated: Path, tmp_path_factory: pytest.TempPathFactory, spark: SparkSession
) -> Iterator[Delivery]:
    """Return the check of a file whose values break the contract."""
    del spark
    home = tmp_path_factory.mktemp("values")
    yield from checked(home, deliver(generated, home, spoil_values))


@pytest.fixture(scope="module")
def rows(generated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivery]:
    """Return the check of a file that has lost and repeated loans."""
    home = tmp_path_factory.mktemp("rows")
    yield from checked(home, deliver(generated, home, spoil_rows))


def test_loans_that_keep_the_contract_pass_every_check(good: Delivery) -> None:
    """Nothing that is right is stopped; what the generator does not deliver, no feature needs."""
    assert good.failure == ""
    assert good.failed() == {"sources_deliver_what_features_read"}
    assert {PLAUSIBLE, FILLED, BOOKS, LABELS, "no_vintage_has_a_hole"} <= good.checks.keys()
    assert "holds" in good.shown


def test_each_kind_of_broken_value_fails_its_check(values: Delivery) -> None:
    """And stops the command with the sentences that the supplier is to read."""
    grave = {PLAUSIBLE, FILLED, BOOKS}
    assert values.failed() == {*grave, "sources_deliver_what_features_read"}
    assert all(values.checks[name].severity is dg.AssetCheckSeverity.ERROR for name in grave)
    assert values.failure.startswith("cleaned_loans failed: ")
    assert "loans issued in 2016-Q3; the contract allows 1 %. Loans: " in values.failure
    assert all(name in values.shown for name in grave)


def test_a_result_carries_value_limit_vintage_and_samples(values: Delivery) -> None:
    """A row for each vintage that breaks a rule."""
    table = values.checks[FILLED].metadata["broken_rules"]
    assert isinstance(table, dg.TableMetadataValue)
    records = [record.data for record in table.records]
    (found,) = [record for record in records if record["rule"] == "dti is given"]
    assert (found["vintage"], found["limit"]) == ("2016-Q3", 0.01)
    assert found["value"] == pytest.approx(1 / 3, abs=0.05)
    assert len(str(found["sample ids"]).split(", ")) == 5
    early = {str(r["vintage"]) for r in records if r["rule"] == "tot_cur_bal is not given"}
    assert early == {"2011-Q1", "2011-Q2", "2011-Q3", "2011-Q4"}


@pytest.mark.parametrize(("quarter", "passes"), [("2016-07-01", False), ("2015-01-01", True)])
def test_a_run_over_a_quarter_judges_that_quarter(
    values: Delivery, quarter: str, *, passes: bool
) -> None:
    """It is not stopped by what is wrong with another."""
    definitions = build_definitions(values.settings)
    key = dg.AssetCheckKey(dg.AssetKey("cleaned_loans"), FILLED)
    keys = {
        k
        for k in definitions.resolve_asset_graph().asset_check_keys
        if k.asset_key == key.asset_key
    }
    job = definitions.resolve_job_def(refresh_platform.name).get_subset(
        asset_selection=set(), asset_check_selection=keys
    )
    done = job.execute_in_process(
        instance=values.instance, tags={"dagster/partition": quarter}, raise_on_error=False
    )
    found = {result.check_name: result for result in done.get_asset_check_evaluations()}
    assert found[FILLED].passed is passes


def test_lost_and_repeated_loans_stop_before_the_cleaning(rows: Delivery) -> None:
    """What no single loan shows is judged of the raw table."""
    assert rows.failed() == {"no_vintage_has_a_hole", "files_name_each_loan_once"}
    judged = {result.asset_key.to_user_string() for result in rows.checks.values()}
    assert judged == {"raw_loans"}
    assert "0 loans were issued in 2016-Q3" in rows.shown
    assert "stand in it more than once" in rows.shown


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(spoil_rows, "no_vintage_has_a_hole does not hold."), (spoil_labels, "quarantined")],
)
def test_ci_sees_that_the_contract_is_broken(
    generated: Path, tmp_path: Path, change: Change, sentence: str
) -> None:
    """The command exits with 1 and a sentence; unknown labels are set aside by landing."""
    source = deliver(generated, tmp_path, change)
    done = subprocess.run(
        [Path(sys.executable).with_name("risk-platform"), "check", "--source", source],
        env=os.environ | {"RISK_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert sentence in done.stdout.replace("\n", "")
    assert "Traceback" not in done.stdout + done.stderr

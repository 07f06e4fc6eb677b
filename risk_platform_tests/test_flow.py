"""The whole way: generated raw loans in, a deployed champion out, on real engines."""

import io
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import dagster as dg
import nbformat
import pytest
from nbclient import NotebookClient
from pydantic import TypeAdapter
from pyspark.sql import SparkSession
from rich.console import Console

from risk_platform.commands.demo import read_report
from risk_platform.commands.home import open_instance
from risk_platform.commands.materialise import execute, materialise, raise_if_failed
from risk_platform.commands.promote import show
from risk_platform.contract.splits import Cuts, Split, SplitPlan
from risk_platform.definitions import build_definitions
from risk_platform.errors.running import RunFailedError
from risk_platform.evaluation.gate import DEMANDED, GateReport
from risk_platform.handover.models.promotions import DOCUMENT, Promotions, Way
from risk_platform.orchestration.candidates import CANDIDATES
from risk_platform.orchestration.checks.splits import splits_follow_the_split_plan
from risk_platform.orchestration.jobs import refresh_platform
from risk_platform.orchestration.partitions import EVERY_QUARTER, QUARTERS
from risk_platform.orchestration.processes import PROCESS, process_name
from risk_platform.scoring.model import Family
from risk_platform.scoring.segments import Segments
from risk_platform.settings import Settings
from risk_platform.spark.marks import mark_counts
from risk_platform.store.documents import DocumentStore
from risk_platform.store.tables import TableStore
from risk_platform_tests.bundles import local_registry

pytestmark = pytest.mark.long

LOANS = 8_000
FIRST_LOOK = Path(__file__).parents[1] / "notebooks" / "first_look.ipynb"


@dataclass(frozen=True, slots=True)
class Flow:
    """A platform after its first run.

    Parameters
    ----------
    settings
        Its settings: a home of its own, and generated loans.
    instance
        The Dagster instance that holds the run.
    run_id
        The run.
    shown
        What the progress display wrote.
    """

    settings: Settings
    instance: dg.DagsterInstance
    run_id: str
    shown: str

    @property
    def store(self) -> TableStore:
        """Where its tables are."""
        return TableStore(self.settings.root / "tables")

    def rows(self, table: str) -> int:
        """Count the rows of a table's current version."""
        return self.store.dataset(table).count_rows()


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory, spark: SparkSession) -> Iterator[Flow]:
    """Return a platform on which everything was materialised once."""
    del spark  # the run shares the tests' session
    settings = Settings(
        home=tmp_path_factory.mktemp("home"), loans=LOANS, source="", spark_master="local[2]"
    )
    shown = io.StringIO()
    console = Console(file=shown, width=100, force_terminal=True)
    with open_instance(settings) as instance:
        run_id = materialise(settings, instance, console)
        yield Flow(settings, instance, run_id, shown.getvalue())


def test_every_asset_and_check_is_in_the_run(flow: Flow) -> None:
    """One run materialises each asset and evaluates each check."""
    job = build_definitions(flow.settings).resolve_job_def(refresh_platform.name)
    done = {
        record.step_key
        for record in flow.instance.all_logs(flow.run_id, of_type=dg.DagsterEventType.STEP_SUCCESS)
    }
    assert done == {node.name for node in job.nodes}
    run = flow.instance.get_run_by_id(flow.run_id)
    assert run is not None
    assert run.is_success


def test_the_run_names_its_process(flow: Flow) -> None:
    """So that `make up`, started meanwhile, does not take it for one that was killed."""
    run = flow.instance.get_run_by_id(flow.run_id)
    assert run is not None
    assert run.tags[PROCESS] == process_name(os.getpid())


def test_the_notebook_takes_a_first_look(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    """From its first cell to its last, as Jupyter runs it, and each picture is drawn.

    Its kernel starts in its folder, and finds a home that is named as seen from the project's.
    """
    monkeypatch.setenv("RISK_HOME", os.path.relpath(flow.settings.root, FIRST_LOOK.parents[1]))
    # The tests draw on no screen, and the notebook's kernel draws into the notebook.
    monkeypatch.delenv("MPLBACKEND", raising=False)
    notebook = nbformat.read(FIRST_LOOK, as_version=4)
    there = {"metadata": {"path": str(FIRST_LOOK.parent)}}
    done = NotebookClient(notebook, timeout=300, kernel_name="python3", resources=there).execute()
    outputs = [output for cell in done.cells for output in cell.get("outputs", ())]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 5


def test_no_record_is_lost_on_the_way(flow: Flow) -> None:
    """Records read = loans + rejects, and every loan is cleaned and has features."""
    assert flow.rows("raw_loans") == LOANS
    assert flow.rows("quarantined_loans") == 5
    assert flow.rows("cleaned_loans") == LOANS
    assert flow.rows("split_loans") == LOANS
    assert flow.rows("loan_features") == LOANS


def test_the_display_names_the_asset_at_work(flow: Flow) -> None:
    """Whoever waits sees what is being made, how far a search is, and that all is done."""
    assert "cleaned_loans" in flow.shown
    assert re.search(r"tuned_parameters: trial \d of 8", flow.shown)
    assert re.search(r"m(\d+)/\1\b", flow.shown)


def test_the_champion_beats_the_base_rate_and_is_calibrated(flow: Flow) -> None:
    """Even a small run learns: its interval lies above chance, its mean PD near the rate."""
    report = read_report(flow.settings)
    assert report.protocol == "window12"
    assert report.auc.low > 0.5
    assert report.test["mean_pd"] == pytest.approx(report.test["default_rate"], rel=0.4)


def test_every_candidate_is_registered_and_names_its_run(flow: Flow) -> None:
    """Each card points back at the Dagster run, and is of a family of its own."""
    registry = local_registry(flow.settings.root)
    cards = [registry.load(version).bundle.card for version in range(1, len(CANDIDATES) + 1)]
    assert {card.run_id for card in cards} == {flow.run_id}
    assert {card.family for card in cards} == set(Family)


def test_the_champion_passed_the_gate_and_its_way_there_is_recorded(flow: Flow) -> None:
    """What leads is what was proposed; every condition is a check, and all passed."""
    gate = TypeAdapter(GateReport).validate_json(_document(flow, "proposed_champion"))
    promotions = Promotions.of(flow.settings)
    assert gate.passed is not None
    assert local_registry(flow.settings.root).version_of() == gate.passed.version
    led = promotions.record().champion
    assert led is not None
    assert (led.version, led.way) == (gate.passed.version, Way.AUTOMATIC)
    assert promotions.disagreement() == ""
    checks = [dg.AssetCheckKey(dg.AssetKey("proposed_champion"), name) for name in DEMANDED]
    found = flow.instance.event_log_storage.get_latest_asset_check_execution_by_key(checks)
    assert len(found) == len(DEMANDED)


def test_the_same_models_again_change_nothing(flow: Flow) -> None:
    """They do not lead what leads beyond noise, and the run says so and succeeds."""
    before = Promotions.of(flow.settings).record()
    result = execute(
        flow.settings, flow.instance, Console(file=io.StringIO()), ["proposed_champion"]
    )
    assert result.success
    assert Promotions.of(flow.settings).record() == before
    failed = {c.check_name for c in result.get_asset_check_evaluations() if not c.passed}
    assert "leads_the_champion_beyond_noise" in failed
    gate = TypeAdapter(GateReport).validate_json(_document(flow, "proposed_champion"))
    assert gate.passed is None
    assert len(gate.verdicts) == len(CANDIDATES)


def test_what_passes_is_only_proposed_where_a_person_must_decide(flow: Flow) -> None:
    """Nobody has decided on the alias: the gate proposes, and lets nothing lead by itself."""
    documents = DocumentStore(flow.settings.tables_root)
    kept = documents.read(DOCUMENT)
    version = local_registry(flow.settings.root).version_of()
    documents.publish(DOCUMENT, b'{"proposals": [], "promotions": []}')
    try:
        console = Console(file=io.StringIO())
        result = execute(flow.settings, flow.instance, console, ["proposed_champion"])
        record = Promotions.of(flow.settings).record()
        assert result.success
        assert record.challenger is not None
        assert record.champion is None
        assert local_registry(flow.settings.root).version_of() == version
    finally:
        documents.publish(DOCUMENT, kept)


def test_an_alias_moved_by_hand_is_not_deployed(flow: Flow) -> None:
    """The run stops with what is wrong, and `champions` says the same."""
    registry = local_registry(flow.settings.root)
    version = registry.version_of()
    registry.promote(version % len(CANDIDATES) + 1)
    try:
        result = execute(
            flow.settings, flow.instance, Console(file=io.StringIO()), ["deployed_champion"]
        )
        assert not result.success
        with pytest.raises(RunFailedError, match=f"and version {version} should be"):
            raise_if_failed(result)
        shown = io.StringIO()
        assert show(flow.settings, Console(file=shown)) == 1
        assert f"and version {version} should be" in " ".join(shown.getvalue().split())
    finally:
        registry.promote(version)


def test_the_champion_carries_the_steadier_segments(flow: Flow) -> None:
    """Those of the published document; each clustering's page has its profiles and its choice."""
    served = TypeAdapter(Segments).validate_json(_document(flow, "borrower_segments"))
    assert local_registry(flow.settings.root).load().bundle.segments == served
    for asset in ("clusters_kmeans", "clusters_gaussian_mixture"):
        shown = _recorded(flow, asset)
        assert "months of issue" in str(shown["default"].value)
        assert {"profiles", "choice", "ari_other_seed", "ari_other_sample"} <= set(shown)


def test_assets_record_rows_schema_and_plots(flow: Flow) -> None:
    """An asset's page shows how many rows, which columns known when, and pictures."""
    for table in ("raw_loans", "cleaned_loans", "split_loans", "loan_features"):
        assert _recorded(flow, table)["dagster/row_count"].value
        schema = _recorded(flow, table)["dagster/column_schema"].value
        assert isinstance(schema, dg.TableSchema)
        assert {"application", "pricing"} <= {c.tags.get("known") for c in schema.columns}
    drawn = [_recorded(flow, asset) for asset in ("model_lightgbm", "champion_report")]
    assert any("data:image/png" in str(v.value) for found in drawn for v in found.values())


def test_the_validation_report_traces_what_the_run_made(flow: Flow) -> None:
    """It names the run, and the version of each asset that its numbers came from."""
    page = (flow.settings.root / "pages" / "validation_report.html").read_text()
    assert flow.run_id in page
    for asset in ("raw_loans", "model_lightgbm", "model_predictions", "leaderboard"):
        event = flow.instance.get_latest_materialization_event(dg.AssetKey(asset))
        assert event is not None
        assert event.asset_materialization is not None
        assert (event.asset_materialization.tags or {})["dagster/data_version"] in page


def test_predictions_are_stored_of_every_judged_loan(flow: Flow) -> None:
    """As many as validation and test have by the plan."""
    plan = TypeAdapter(SplitPlan).validate_json(_document(flow, "split_plan"))
    judged = (Split.VALIDATION, Split.TEST)
    assert flow.rows("model_predictions") == sum(plan.volumes[of].known for of in judged)


def test_the_page_of_cleaned_loans_counts_the_marks(flow: Flow) -> None:
    """By column, as many as stand in the published table."""
    shown = _recorded(flow, "cleaned_loans")["marks"]
    assert isinstance(shown, dg.TableMetadataValue)
    marked = {record.data["column"]: record.data["count"] for record in shown.records}
    assert marked == mark_counts(flow.store.dataset("cleaned_loans"))
    assert any(marked.values())


def _recorded(flow: Flow, asset: str) -> Mapping[str, dg.MetadataValue]:
    event = flow.instance.get_latest_materialization_event(dg.AssetKey(asset))
    assert event is not None
    assert event.asset_materialization is not None
    return event.asset_materialization.metadata


def test_a_quarter_left_from_other_dates_is_found(flow: Flow, spark: SparkSession) -> None:
    """Loans that were cut at other months than those now asked for stop the way to the features."""
    loans = spark.read.parquet(*flow.store.files("split_loans"))
    plan = TypeAdapter(SplitPlan).validate_json(_document(flow, "split_plan"))
    assert isinstance(plan.division, Cuts)
    month = plan.division.validation_from
    earlier = replace(plan, division=replace(plan.division, validation_from=month - 1))
    passed = [
        splits_follow_the_split_plan(loans, dates).passed  # pyright: ignore[reportAttributeAccessIssue]
        for dates in (plan, earlier)
    ]
    assert passed == [True, False]


def _document(flow: Flow, asset: str) -> bytes:
    return DocumentStore(flow.settings.tables_root).read(asset)


HEADER_WITHOUT_STATUS = (
    b"id,loan_amnt,term,int_rate,sub_grade,issue_d,purpose,dti,installment,last_pymnt_d\n"
)
# What the source is, its name and its bytes (none: it is not there), and what is said of it.
BAD_SOURCES: Mapping[str, tuple[str, bytes | None, str]] = {
    "missing": ("bad.csv", None, "no raw file at"),
    "empty": ("bad.csv", b"", "bad.csv is empty"),
    "foreign": ("bad.csv", b"name,age\nAnna,3\n", "bad.csv is no file of LendingClub's loans"),
    "incomplete": ("bad.csv", HEADER_WITHOUT_STATUS, "its header lacks loan_status"),
    "damaged": ("bad.csv.gz", b"\x1f\x8b\x08no gzip", "bad.csv.gz cannot be read"),
}


@pytest.mark.parametrize("kind", BAD_SOURCES)
def test_a_bad_source_fails_at_once_and_changes_nothing(
    flow: Flow, tmp_path: Path, kind: str
) -> None:
    """D11, D16: one sentence says what and where; tables, documents and champion stay."""
    name, content, sentence = BAD_SOURCES[kind]
    source = tmp_path / name
    if content is not None:
        source.write_bytes(content)
    before = _published(flow.settings.root)
    champion = local_registry(flow.settings.root).version_of()
    bad = flow.settings.model_copy(update={"source": str(source)})
    with pytest.raises(RunFailedError, match=sentence) as failure:
        materialise(bad, flow.instance, Console(file=io.StringIO()))
    assert "\n" not in str(failure.value)
    assert failure.value.args[0] == "raw_loans"
    assert _published(flow.settings.root) == before
    assert local_registry(flow.settings.root).version_of() == champion


def _published(root: Path) -> dict[str, str]:
    """Return all that readers see: the current versions of tables and documents."""
    store = TableStore(root / "tables")
    return {name: store.current(name).version for name in store.all_names()}


def test_the_daily_watch_finds_a_bit_that_flipped(flow: Flow) -> None:
    """All that it judges passes, but for the file with another byte, which no reader would meet."""
    file = Path(flow.store.files("cleaned_loans")[0])
    whole = file.read_bytes()
    damaged = whole.replace(b"parquet-cpp-arrow", b"parquet-cpp-brrow")
    assert damaged != whole
    file.write_bytes(damaged)
    job = build_definitions(flow.settings).resolve_job_def("watch_platform")
    result = job.execute_in_process(
        instance=flow.instance, tags=EVERY_QUARTER, raise_on_error=False
    )
    file.write_bytes(whole)
    failed = {event.step_key for event in result.all_events if event.is_step_failure}
    assert failed == {"verification_of_cleaned_loans"}


def test_one_quarter_can_be_cleaned_alone(flow: Flow) -> None:
    """A partition is replaced, the others stay as they are, and what must hold does."""
    quarter = QUARTERS.get_partition_keys()[35]
    before = flow.store.current("cleaned_loans").parts
    definitions = build_definitions(flow.settings)
    job = definitions.resolve_job_def(refresh_platform.name)
    result = job.execute_in_process(
        instance=flow.instance,
        partition_key=quarter,
        asset_selection=[dg.AssetKey("cleaned_loans")],
    )
    after = flow.store.current("cleaned_loans").parts
    changed = {part for part in before if before[part] != after[part]}
    assert result.success
    assert changed == {quarter}
    assert flow.rows("cleaned_loans") == LOANS
    assert _not_passed(result) == {"sources_deliver_what_features_read"}


def _not_passed(result: dg.ExecuteInProcessResult) -> set[str]:
    """Return the checks that did not pass; the layout of 2020 lacks a co-applicant's column."""
    return {c.check_name for c in result.get_asset_check_evaluations() if not c.passed}

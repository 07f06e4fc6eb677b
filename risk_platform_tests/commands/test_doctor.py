"""The doctor: what it finds, and whether it says how to mend it."""

import gzip
import io
import lzma
import socket
from pathlib import Path

import pytest
from rich.console import Console

from risk_platform.commands.doctor import examine, run
from risk_platform.commands.finding import Finding, Verdict
from risk_platform.scoring.bundle_files import MODEL
from risk_platform.settings import Settings
from risk_platform.store.documents import DocumentStore
from risk_platform_tests.bundles import local_registry, register, small_bundle


def findings(home: Path, **changes: object) -> dict[str, Finding]:
    """Return what the doctor finds, by what it looked at."""
    settings = Settings(home=home, source="").model_copy(update=changes)
    return {finding.what: finding for finding in examine(settings)}


@pytest.fixture
def healthy(tmp_path: Path) -> Path:
    """Return a home with a champion."""
    (tmp_path / "scratch").mkdir()
    register(local_registry(tmp_path), small_bundle(), tmp_path / "scratch")
    return tmp_path


def test_a_healthy_home_has_nothing_amiss(healthy: Path) -> None:
    """Java, stores and champion are found good, and the exit code says so."""
    found = findings(healthy)
    for what in ("python", "java", "disk", "source", "runs", "champion"):
        assert found[what].verdict is Verdict.GOOD
    assert run(Settings(home=healthy, source=""), Console(file=io.StringIO())) == 0


def test_no_champion_yet_is_no_illness(tmp_path: Path) -> None:
    """A fresh home is told how to get one."""
    champion = findings(tmp_path)["champion"]
    assert (champion.verdict, champion.mend) == (Verdict.WARNING, "run `make demo`")


def test_a_damaged_champion_is_amiss(healthy: Path) -> None:
    """A changed file is noticed before it is served."""
    (stored,) = (healthy / "mlflow").rglob(MODEL)
    stored.write_text("tree\n")
    champion = findings(healthy)["champion"]
    assert champion.verdict is Verdict.BAD
    assert "was changed after it was made" in champion.seen
    assert "make demo" in champion.mend


@pytest.mark.parametrize("ending", [".csv.gz", ".csv.xz"])
@pytest.mark.parametrize("how", ["cut", "spoilt"])
def test_a_packed_source_that_is_damaged_is_amiss(tmp_path: Path, ending: str, how: str) -> None:
    """D11: the finding names the file; the doctor does not faint."""
    packed = {".csv.gz": gzip.compress, ".csv.xz": lzma.compress}[ending](bytes(range(256)) * 99)
    damaged = packed[:40] if how == "cut" else packed[:20] + bytes(9) + packed[29:]
    (tmp_path / f"a{ending}").write_bytes(damaged)
    source = findings(tmp_path, source=str(tmp_path / f"a{ending}"))["source"]
    assert source.verdict is Verdict.BAD
    assert source.seen.startswith(f"a{ending} cannot be read: ")


def test_a_source_that_is_none_is_amiss(tmp_path: Path) -> None:
    """The sentence is that of the run which would fail."""
    file = tmp_path / "people.csv"
    file.write_text("name,age\nAnna,3\n")
    source = findings(tmp_path, source=str(file))["source"]
    assert source.verdict is Verdict.BAD
    assert "is no file of LendingClub's loans" in source.seen
    assert run(Settings(home=tmp_path, source=str(file)), Console(file=io.StringIO())) == 1


def test_a_taken_port_is_named_with_its_setting(tmp_path: Path) -> None:
    """One learns which variable to change."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        found = findings(tmp_path, api_port=port)[f"port {port}"]
    assert found.verdict is Verdict.WARNING
    assert "RISK_API_PORT" in found.mend


def test_little_memory_is_a_warning(tmp_path: Path) -> None:
    """A heap beyond the machine's memory is noticed before Spark fails."""
    memory = findings(tmp_path, spark_driver_memory="4000g")["memory"]
    assert memory.verdict is Verdict.WARNING
    assert "RISK_SPARK_DRIVER_MEMORY" in memory.mend


def test_the_master_on_this_machine_is_named(tmp_path: Path) -> None:
    """There is nobody to be asked."""
    spark = findings(tmp_path, spark_master="local[2]")["spark"]
    assert (spark.verdict, spark.seen) == (Verdict.GOOD, "local[2]")


def test_a_cluster_is_asked_whether_it_is_there(tmp_path: Path) -> None:
    """One that answers is good, one that does not is amiss, and so before a run waits for it."""
    with socket.create_server(("127.0.0.1", 0)) as master:
        address = f"spark://127.0.0.1:{master.getsockname()[1]}"
        spark = findings(tmp_path, spark_master=address)["spark"]
        two = findings(tmp_path, spark_master=f"{address},127.0.0.1:1")["spark"]
    assert (spark.verdict, spark.seen) == (Verdict.GOOD, f"{address}, it answers")
    assert two.verdict is Verdict.WARNING
    spark = findings(tmp_path, spark_master=address)["spark"]
    assert spark.verdict is Verdict.BAD
    assert "nobody answers at 127.0.0.1" in spark.seen
    assert "RISK_SPARK_MASTER" in spark.mend


def test_yarn_must_be_told_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spark finds it by Hadoop's configuration, and by nothing else."""
    monkeypatch.delenv("HADOOP_CONF_DIR", raising=False)
    monkeypatch.delenv("YARN_CONF_DIR", raising=False)
    spark = findings(tmp_path, spark_master="yarn")["spark"]
    assert spark.verdict is Verdict.BAD
    assert "HADOOP_CONF_DIR" in spark.mend


def test_tables_at_an_address_that_is_none_are_amiss(tmp_path: Path) -> None:
    """One learns which variable to change."""
    assert findings(tmp_path)["tables"].verdict is Verdict.GOOD
    tables = findings(tmp_path, tables="nowhere://bank/tables")["tables"]
    assert tables.verdict is Verdict.BAD
    assert "RISK_TABLES" in tables.mend


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """A bit that flipped in what was published is found among the others, and said how to mend."""
    store = DocumentStore(tmp_path / "tables")
    for name in ("split_plan", "feature_state"):
        store.publish(name, b"{}")
    tables = findings(tmp_path)["tables"]
    assert tables.verdict is Verdict.GOOD
    assert "2 tables and documents, every byte as published" in tables.seen
    (file,) = Path(store.home("split_plan")).rglob("document.json")
    file.write_bytes(b"{]")
    tables = findings(tmp_path)["tables"]
    assert tables.verdict is Verdict.BAD
    assert f"split_plan: {file} is not what was published" in tables.seen
    assert "feature_state" not in tables.seen
    assert "make demo" in tables.mend

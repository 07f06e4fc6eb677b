"""Serve: one service alone, by the command that `up` runs too; and where its secrets come from."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr, ValidationError

from risk_platform.commands.healthy import answers
from risk_platform.commands.home import PROJECT, prepare_home
from risk_platform.commands.ports import free_port
from risk_platform.commands.services import SERVICES, service, services
from risk_platform.settings import Settings

HOST = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - as in a container
IN_POSTGRESQL = SecretStr("postgresql+psycopg2://dagster:s3cret@bank/dagster")


def test_what_runs_alone_is_what_runs_side_by_side(tmp_path: Path) -> None:
    """There is one description of each service."""
    settings = Settings(home=tmp_path)
    for one in services(settings):
        assert service(settings, one.name) == one


def test_whoever_starts_one_may_let_it_be_reached(tmp_path: Path) -> None:
    """As a container must; nothing but that word opens it."""
    settings = Settings(home=tmp_path, host=EVERYWHERE, auth="keys")
    for name in ("code", "dagster", "viewer", "mlflow", "exporter"):
        shut, open_ = service(settings, name), service(settings, name, EVERYWHERE)
        assert EVERYWHERE not in shut.command
        assert EVERYWHERE in open_.command


def test_a_service_that_is_none_is_refused_with_those_that_are() -> None:
    """In one sentence."""
    calling = "from risk_platform.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", calling, "serve", "nothing"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"COLUMNS": "200"},
    )
    assert done.returncode == 2
    assert all(name in done.stderr for name in SERVICES)


def test_all_of_dagster_asks_the_code_server_that_is_named(tmp_path: Path) -> None:
    """By a workspace that says where it is, and nothing else."""
    settings = Settings(home=tmp_path, code_server="code:4000")
    for name in ("dagster", "viewer", "daemon"):
        told = service(settings, name)
        (workspace,) = (word for word in told.command if word.endswith("workspace.yaml"))
        (place,) = yaml.safe_load(Path(workspace).read_text())["load_from"]
        assert place["grpc_server"]["location_name"] == "risk_platform"
        assert told.environment == {"RISK_CODE_HOST": "code", "RISK_CODE_PORT": "4000"}
    assert "4000" in service(settings, "code").command


def test_a_password_is_in_no_list_of_processes(tmp_path: Path) -> None:
    """Nor in Dagster's configuration, which its pages show."""
    store = SecretStr("postgresql+psycopg2://mlflow:s3cret@bank/mlflow")
    settings = Settings(home=tmp_path, mlflow_store=store, dagster_database=IN_POSTGRESQL)
    for name in set(SERVICES) - {"spark-master", "spark-worker"}:
        assert not [word for word in service(settings, name).command if "s3cret" in word]
    configured = (prepare_home(settings) / "dagster.yaml").read_text()
    assert "s3cret" not in configured
    os.environ.pop("RISK_DAGSTER_DATABASE")


def test_dagster_is_kept_where_the_settings_say(tmp_path: Path) -> None:
    """In SQLite by nobody's word, in PostgreSQL by the address; all else stays as it is."""
    plain = yaml.safe_load((prepare_home(Settings(home=tmp_path)) / "dagster.yaml").read_text())
    assert "storage" not in plain
    kept = Settings(home=tmp_path, dagster_database=IN_POSTGRESQL)
    stored = yaml.safe_load((prepare_home(kept) / "dagster.yaml").read_text())
    assert os.environ.pop("RISK_DAGSTER_DATABASE") == IN_POSTGRESQL.get_secret_value()
    assert stored.pop("storage") == {"postgres": {"postgres_url": {"env": "RISK_DAGSTER_DATABASE"}}}
    assert stored == plain == yaml.safe_load((PROJECT / "dagster.yaml").read_text())


def test_another_driver_is_refused_for_dagster() -> None:
    """A plain address means psycopg 3, which Dagster fails with only once a run begins."""
    with pytest.raises(ValidationError, match="postgresql\\+psycopg2://") as refusal:
        Settings(dagster_database=SecretStr("postgresql://dagster:s3cret@bank/dagster"))
    assert "s3cret" not in str(refusal.value)


def test_secrets_are_read_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As containers mount them; the environment comes before."""
    (tmp_path / "risk_database").write_text("postgresql+psycopg://risk:s3cret@bank/risk\n")
    (tmp_path / "risk_service_key").write_text("risk_1_2\n")
    monkeypatch.setenv("RISK_SECRETS", str(tmp_path))
    monkeypatch.setenv("RISK_SERVICE_KEY", "risk_3_4")
    settings = Settings()
    assert settings.database_url == "postgresql+psycopg://risk:s3cret@bank/risk"
    assert settings.service_key.get_secret_value() == "risk_3_4"


def test_a_folder_of_secrets_that_is_not_there_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else all would start without them, by their defaults."""
    monkeypatch.setenv("RISK_SECRETS", "/nowhere/secrets")
    with pytest.raises(ValidationError, match="there is no folder '/nowhere/secrets'"):
        Settings()


def test_who_watches_over_a_container_is_told_of_silence() -> None:
    """Where nobody listens, nothing is healthy."""
    assert not answers(f"http://{HOST}:{free_port(HOST, 0)}/health/live")

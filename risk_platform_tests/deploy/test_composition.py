"""The composition: well formed, shut, and of commands, settings and secrets that there are."""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose
from compose_spec.models import ComposeSpecification

from risk_platform.commands.ports import free_port
from risk_platform.commands.services import SERVICES
from risk_platform.settings import Settings
from risk_platform_tests.deploy.programs import DEPLOY, judged, program
from risk_platform_tests.postgresql import Server

COMPOSE = DEPLOY / "compose.yaml"
COMPOSED: Mapping[str, Any] = yaml.safe_load(COMPOSE.read_text())
CONTAINERS: Mapping[str, Any] = COMPOSED["services"]
OURS = {name: one for name, one in CONTAINERS.items() if "build" in one}
SECRETS = {secret for one in CONTAINERS.values() for secret in one.get("secrets", ())}
TOWER = "serving.control_tower"


def composed(**changes: object) -> ComposeSpecification:
    """Read the composition, with changes to one of its containers, as its specification has it."""
    parts = {name: part for name, part in COMPOSED.items() if not name.startswith("x-")}
    api = {**CONTAINERS["api"], **changes}
    whole = json.dumps({**parts, "services": {**CONTAINERS, "api": api}})
    # What Compose puts in place of variables: their defaults.
    return PyCompose.from_json(re.sub(r"\$\{\w+:-([^}]+)\}", r"\1", whole)).to_spec()


def test_the_composition_is_one() -> None:
    """By the classes that are made of the Compose specification."""
    assert set(composed().services or ()) == set(CONTAINERS)


@pytest.mark.parametrize(
    "change", [{"read_onyl": True}, {"restart": ["always"]}, {"healthcheck": {"tset": []}}]
)
def test_what_is_misspelt_is_found(change: dict[str, object]) -> None:
    """The red control."""
    with pytest.raises(ValueError, match=r"api|read_onyl|expected value|tset"):
        composed(**change)


def test_docker_understands_the_composition() -> None:
    """Where it has its plugin for that."""
    asking = [program("docker"), "compose", "version"]
    if subprocess.run(asking, capture_output=True, check=False).returncode:
        pytest.skip("docker has no plugin named compose here")
    judged("docker", "compose", "--file", COMPOSE, "config", "--quiet")


@pytest.mark.parametrize("name", CONTAINERS)
def test_containers_are_shut(name: str) -> None:
    """No rights, no writing but to volumes, no way up; and somebody asks whether they are well."""
    one = CONTAINERS[name]
    assert one["read_only"]
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in one
    if name not in {"migrate", "spark-master", "spark-worker"}:
        assert one["healthcheck"]["test"]


@pytest.mark.parametrize("name", CONTAINERS)
def test_what_is_published_is_published_to_this_machine(name: str) -> None:
    """What asks nobody who he is must not be reached from others."""
    for port in CONTAINERS[name].get("ports", ()):
        assert port.startswith("127.0.0.1:")
    assert COMPOSED["networks"]["inner"]["internal"]


def test_a_database_that_still_prepares_itself_is_not_called_ready(postgresql: Server) -> None:
    """It listens on its socket alone while ``init.sh`` is at work; that of the tests always does.

    The unsafe twin asks that socket, and would have the tables made in what is ended at once.
    """
    _, first, *rest = CONTAINERS["postgres"]["healthcheck"]["test"]
    unsafe = [word for word in rest if word not in {"--host", "127.0.0.1"}]
    there = {"PGHOST": str(postgresql.folder)}
    elsewhere = {**there, "PGPORT": str(free_port("127.0.0.1", 0))}

    def says(words: list[str], environment: dict[str, str]) -> int:
        asking = [program(first), *words]
        return subprocess.run(asking, env=os.environ | environment, check=False).returncode

    assert says(rest, elsewhere) != 0
    assert says(unsafe, there) == 0


@pytest.mark.parametrize("name", sorted(set(CONTAINERS) - set(OURS)))
def test_images_of_others_are_of_a_version(name: str) -> None:
    """And may be another: a bank has a registry of its own, and pins by digest there."""
    assert re.fullmatch(r"\$\{[A-Z]+_IMAGE:-[\w/]+:v?\d+\.[\w.-]+\}", CONTAINERS[name]["image"])


def test_secrets_are_files_that_the_script_makes(tmp_path: Path) -> None:
    """Each that is used is declared and made; once made, it stays."""
    assert set(COMPOSED["secrets"]) == SECRETS
    script = ["/bin/sh", DEPLOY / "secrets.sh", tmp_path / "secrets"]
    subprocess.run(script, check=True)
    made = {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}
    assert set(made) == SECRETS
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    subprocess.run(script, check=True)
    assert made == {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}


def test_the_secrets_that_are_made_are_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bank's own file is read by the same name."""
    subprocess.run(["/bin/sh", DEPLOY / "secrets.sh", tmp_path], check=True)
    monkeypatch.setenv("RISK_SECRETS", str(tmp_path))
    settings = Settings()
    assert settings.database_url.startswith("postgresql+psycopg://risk:")
    assert settings.dagster_database.get_secret_value().endswith("@postgres:5432/dagster")
    assert settings.mlflow_store.get_secret_value().endswith("@postgres:5432/mlflow")


@pytest.mark.parametrize("name", OURS)
def test_containers_run_what_there_is(name: str) -> None:
    """Services by their names, and the scoring service as `up` runs it."""
    match OURS[name]["command"]:
        case ["risk-platform", "serve", service, *_]:
            assert service in SERVICES
        case ["python", "-m", "serving.control_tower"] if find_spec(TOWER) is None:
            pytest.skip("the control tower is not part of this version")
        case ["python", "-m", module]:
            assert find_spec(f"{module}.__main__")
        case ["risk-platform", "log", "migrate"]:
            pass
        case other:
            pytest.fail(f"{other} is none of our commands")


def settings_of(containers: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of settings that containers are given."""
    for one in containers.values():
        yield from (name for name in one.get("environment", ()) if name.startswith("RISK_"))


def test_containers_are_told_what_is_read() -> None:
    """No setting is misspelt, in the composition or in Kubernetes."""
    known = {f"RISK_{name.upper()}" for name in Settings.model_fields}
    customised = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text())
    literals = {
        line.partition("=")[0]
        for config in customised["configMapGenerator"]
        for line in config["literals"]
    }
    assert {*settings_of(OURS), *literals} <= known

"""The composition without containers: its very commands as processes, on one real PostgreSQL.

What a container would give them is given by the environment: names lead to loopback, ports are free
ones, folders and secrets are a test's own. What deploy/README.md has an operator do is done by the
commands that stand there.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from dagster import DagsterInstance
from dagster_postgres.run_storage import PostgresRunStorage

from risk_platform.commands.home import open_instance
from risk_platform.commands.ports import free_port
from risk_platform.handover.models.promotions import Promotions
from risk_platform.handover.models.registry import Registry
from risk_platform.scoring.examples import EXAMPLES
from risk_platform.settings import Settings
from risk_platform_tests.bundles import let_lead, small_bundle
from risk_platform_tests.deploy.programs import DEPLOY, PATH, program, started
from risk_platform_tests.deploy.test_composition import CONTAINERS
from risk_platform_tests.deploy.test_readme import within_containers
from risk_platform_tests.postgresql import Server
from risk_platform_tests.waiting import until, wait_for

HOST = "127.0.0.1"
DATABASES = ("risk_database", "risk_dagster_database", "risk_mlflow_store")
PORTS = {
    "code": 4000,
    "dagster": 3000,
    "mlflow": 5000,
    "exporter": 9110,
    "api": 8000,
    "spark-master": 7077,
}
LAUNCH = """
mutation {
  launchRun(executionParams: {selector: {
    repositoryLocationName: "risk_platform", repositoryName: "__repository__",
    jobName: "record_serving_gate"
  }}) { __typename ... on LaunchRunSuccess { run { runId } } }
}
"""
LAST_RUN = "{ runsOrError(limit: 1) { ... on Runs { results { status } } } }"
pytestmark = [pytest.mark.slow]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the composition is at home for a test.

    Attributes
    ----------
    folder
        In which its volumes and secrets are folders.
    ports
        Where each service listens, by its name.
    """

    folder: Path
    ports: Mapping[str, int]

    @property
    def secrets(self) -> Path:
        """Where its secrets are, as deploy/README.md has it."""
        return self.folder / "deploy" / "secrets"

    def url(self, name: str) -> str:
        """Return a service's address."""
        return f"http://{HOST}:{self.ports[name]}"

    def environment(self, name: str) -> dict[str, str]:
        """Return what a container is told, in words that hold here."""
        volumes = dict(one.split(":")[:2] for one in CONTAINERS[name]["volumes"])
        told = {
            setting: self._here(str(value), volumes)
            for setting, value in CONTAINERS[name]["environment"].items()
        }
        ports = {
            "RISK_API_PORT": "api",
            "RISK_DAGSTER_PORT": "dagster",
            "RISK_MLFLOW_PORT": "mlflow",
            "RISK_EXPORTER_PORT": "exporter",
        }
        listening = {setting: str(self.ports[one]) for setting, one in ports.items()}
        return os.environ | told | listening | {"PATH": PATH}

    def _here(self, value: str, volumes: Mapping[str, str]) -> str:
        for name, port in PORTS.items():
            value = value.replace(f"{name}:{port}", f"{HOST}:{self.ports[name]}")
        for volume, path in volumes.items():
            value = value.replace(path, str(self.folder / volume))
        value = value.replace("/run/secrets", str(self.secrets))
        return HOST if value in PORTS else value

    def command(self, name: str) -> list[str]:
        """Return what a container runs, by the programs of this environment."""
        first, *rest = CONTAINERS[name]["command"]
        at = rest.index("--host") + 1 if "--host" in rest else len(rest)
        return [program(first), *rest[:at], *(self._here(word, {}) for word in rest[at:])]

    def settings(self, name: str) -> Settings:
        """Return the settings that a container reads."""
        with pytest.MonkeyPatch.context() as patched:
            for setting, value in self.environment(name).items():
                patched.setenv(setting, value)
            return Settings()


@pytest.fixture(scope="module")
def place(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return a place with secrets, and with the roles and databases that those name."""
    folder = tmp_path_factory.mktemp("stack")
    made = Place(folder=folder, ports={name: free_port(HOST, 0) for name in PORTS})
    subprocess.run(["/bin/sh", DEPLOY / "secrets.sh", made.secrets], check=True)
    # The server's own role and databases are called so already.
    ours = made.secrets / "risk_database"
    ours.write_text(ours.read_text().replace("//risk:", "//desk:").replace("/risk", "/desk"))
    prepare(postgresql, made.secrets)
    for name in DATABASES:
        file = made.secrets / name
        address = file.read_text().replace("@postgres:5432", "@")
        file.write_text(f"{address}?host={postgresql.folder}")
    return made


def prepare(server: Server, secrets: Path) -> None:
    """Do what an empty PostgreSQL does in its container."""
    program("psql")
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
        connection.execute("CREATE ROLE postgres SUPERUSER LOGIN")
    script = (DEPLOY / "postgres" / "init.sh").read_text().replace("/run/secrets", str(secrets))
    environment = os.environ | {"PGHOST": str(server.folder)}
    subprocess.run(["/bin/sh", "-c", script], env=environment, check=True)


@pytest.fixture(scope="module")
def stack(place: Place) -> Iterator[Place]:
    """Return the composition, running: a champion leads, and an operator has done his part."""
    inside(place, "migrate")
    with ExitStack() as running:
        running.enter_context(of_container(place, "mlflow"))
        wait_for(f"{place.url('mlflow')}/health")
        settings = place.settings("code")
        let_lead(Promotions.of(settings), Registry.of(settings), small_bundle())
        operate(place)
        for name in ("code", "dagster", "daemon", "exporter", "api", "spark-master"):
            running.enter_context(of_container(place, name))
        yield place


def operate(place: Place) -> None:
    """Do what deploy/README.md has an operator do within containers, by its own commands."""
    told = ""
    for name, command in within_containers():
        waiting = "".join(re.findall(r"gate approve (\S+)", told))
        told = inside(place, name, command.replace(" ID ", f" {waiting} "))


def inside(place: Place, name: str, command: str = "") -> str:
    """Run a command in place of a container, its own where none is given; return what it says."""
    line = command or shlex.join(place.command(name))
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=place.folder,
        env=place.environment(name),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def of_container(place: Place, name: str) -> AbstractContextManager[None]:
    """Run what a container runs; what it says stands in a file."""
    return started(place.command(name), log_of(place, name), place.environment(name))


def log_of(place: Place, name: str) -> Path:
    """Return where a container's words stand."""
    return place.folder / f"{name}.log"


def asked(place: Place, query: str) -> Any:
    """Ask Dagster's pages by GraphQL."""
    answer = httpx.post(f"{place.url('dagster')}/graphql", json={"query": query}, timeout=60)
    return answer.json()["data"]


def key_of(place: Place, name: str) -> Mapping[str, str]:
    """Return the header of a key that the README has made."""
    return {"Authorization": f"Bearer {(place.secrets / name).read_text().strip()}"}


def test_an_application_is_decided(stack: Place) -> None:
    """By the champion that MLflow keeps and sends, for who has a key, and kept in PostgreSQL."""
    key, url = key_of(stack, "risk_tower_key"), f"{stack.url('api')}/predict"
    until(lambda: httpx.post(url, json=dict(EXAMPLES["good"]), headers=key).is_success)
    decided = httpx.post(url, json=dict(EXAMPLES["good"]), headers=key).json()
    assert decided["model_version"] == 1
    assert stack.settings("api").database_url.startswith("postgresql+psycopg://")
    assert httpx.post(url, json=dict(EXAMPLES["good"])).status_code == httpx.codes.UNAUTHORIZED
    # The files of the model came over HTTP, and lie where MLflow keeps them.
    assert list((stack.folder / "mlflow" / "mlflow").rglob("manifest.json"))
    assert not (stack.folder / "home" / "mlflow").exists()


def test_a_run_is_launched_waits_and_succeeds(stack: Place) -> None:
    """From the pages through the daemon's queue to the code server; all on record in PostgreSQL."""
    until(lambda: asked(stack, LAUNCH)["launchRun"]["__typename"] == "LaunchRunSuccess")
    until(lambda: asked(stack, LAST_RUN)["runsOrError"]["results"][0]["status"] == "SUCCESS")
    with instance_of(stack) as instance:
        assert isinstance(instance.run_storage, PostgresRunStorage)
        assert instance.get_runs_count() >= 1


def instance_of(place: Place) -> DagsterInstance:
    """Open the instance that containers use."""
    try:
        return open_instance(place.settings("code"))
    finally:
        os.environ.pop("DAGSTER_HOME", None)


def test_prometheus_is_told_of_it(stack: Place) -> None:
    """Of runs and of the daemon, from the same PostgreSQL; by MLflow; and by the service."""
    url = f"{stack.url('exporter')}/metrics"
    until(lambda: 'daemon_heartbeat_timestamp_seconds{daemon="sensor"}' in httpx.get(url).text)
    assert "risk_dagster_up 1.0" in httpx.get(url).text
    assert "mlflow_http_request_total" in httpx.get(f"{stack.url('mlflow')}/metrics").text
    key = key_of(stack, "prometheus_key")
    until(lambda: "risk_serving_running 1.0" in told_by_the_service(stack, key))


def told_by_the_service(place: Place, key: Mapping[str, str]) -> str:
    """Return its figures."""
    return httpx.get(f"{place.url('api')}/metrics", headers=key).raise_for_status().text


def test_a_worker_joins_the_cluster(stack: Place) -> None:
    """Spark's own, by the commands of its two containers."""
    with of_container(stack, "spark-worker"):
        until(lambda: "Successfully registered" in log_of(stack, "spark-worker").read_text())


@pytest.mark.parametrize("name", ["dagster", "daemon", "exporter", "mlflow", "api", "code"])
def test_what_asks_whether_containers_are_well_is_answered(stack: Place, name: str) -> None:
    """By each one's own question."""
    _, first, *rest = CONTAINERS[name]["healthcheck"]["test"]
    for one, port in PORTS.items():
        rest = [word.replace(f":{port}", f":{stack.ports[one]}") for word in rest]
        rest = [str(stack.ports[one]) if word == str(port) else word for word in rest]

    def is_well() -> bool:
        command = [program(first), *rest]
        environment = stack.environment(name)
        return subprocess.run(command, env=environment, check=False).returncode == 0

    until(is_well)

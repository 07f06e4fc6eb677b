"""Services: what runs side by side, or each in a container of its own, and where it listens.

The scoring service alone may be reached from other machines: it asks for keys. Dagster, MLflow,
the exporter and the control tower ask nobody who he is, so they listen on loopback, whatever the
settings say. Who starts one of the first three alone may name another address: that is for
containers, where loopback is the container.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from risk_platform.commands.home import PROJECT
from risk_platform.commands.ports import why_not
from risk_platform.settings import LOOPBACK, Settings
from risk_platform.spark.java import ensure_java

CODE_PORT = 4000
# What MLflow tells Prometheus its figures by; it comes with the extra `postgres`.
_TELLS_FIGURES = find_spec("prometheus_flask_exporter") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One process that is kept running.

    Parameters
    ----------
    name
        What its lines of output are marked with.
    command
        Program and arguments.
    host, port
        Where it listens; port 0 where it does not.
    setting
        The environment variable that changes the port.
    health
        Path that answers 200 once it works.
    environment
        What it needs beside our own environment.
    """

    name: str
    command: Sequence[str]
    host: str = LOOPBACK
    port: int = 0
    setting: str = ""
    health: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


def services(settings: Settings) -> tuple[Service, ...]:
    """Return what runs side by side; MLflow not where its store is elsewhere."""
    names = ["dagster", "viewer", "daemon", "mlflow", "exporter", "api", "tower"]
    left_out = {
        "viewer": not settings.dagster_viewer_port,
        "mlflow": bool(settings.mlflow_uri),
        "exporter": not settings.exporter_port,
        "tower": not settings.tower_port,
    }
    return tuple(service(settings, name) for name in names if not left_out.get(name))


def obstacle(one: Service, running: Sequence[Service]) -> str:
    """Say what its port is, so that it cannot listen among others; nothing where it can."""
    if not one.port:
        return ""
    others = [other.name for other in running if other.port == one.port and other != one]
    return f"wanted by {others[0]} too" if others else why_not(one.host, one.port)


def service(settings: Settings, name: str, host: str = LOOPBACK) -> Service:
    """Return one of the services, by its name.

    Parameters
    ----------
    settings, name
        Of the platform; one of ``SERVICES``.
    host
        Where it listens, unless it is the scoring service: that listens where the settings say.
    """
    return SERVICES[name](settings, host)


def _api(settings: Settings, host: str) -> Service:
    """Return the scoring service, which asks for keys."""
    del host
    return Service(
        name="api",
        command=[sys.executable, "-m", "serving"],
        host=settings.host,
        port=settings.api_port,
        setting="RISK_API_PORT",
        health="/health/live",
    )


def _daemon(settings: Settings, host: str) -> Service:
    """Return what runs sensors and schedules, and starts the runs that wait."""
    del host
    command = [_program("dagster-daemon"), "run", *_options(workspace=_workspace(settings))]
    return Service(name="daemon", command=command, environment=_code_server(settings))


def _code(settings: Settings, host: str) -> Service:
    """Return what loads the code for Dagster's other processes, and is where runs run."""
    port = int(settings.code_server.rpartition(":")[2] or 0) or CODE_PORT
    options = _options(host=host, port=port, module_name="risk_platform.definitions")
    return Service(
        name="code",
        command=[_program("dagster"), "api", "grpc", *options],
        host=host,
        port=port,
        setting="RISK_CODE_SERVER",
    )


def _dagster(settings: Settings, host: str) -> Service:
    """Return the pages on which runs are launched."""
    return _pages(settings, host, "dagster", settings.dagster_port)


def _viewer(settings: Settings, host: str) -> Service:
    """Return the same pages without a button that does anything: these may be shown to others."""
    return _pages(settings, host, "dagster_viewer", settings.dagster_viewer_port, "--read-only")


def _pages(settings: Settings, host: str, name: str, port: int, *flags: str) -> Service:
    options = _options(workspace=_workspace(settings), host=host, port=port)
    return Service(
        name=name.removeprefix("dagster_"),
        command=[_program("dagster-webserver"), *flags, *options],
        host=host,
        port=port,
        setting=f"RISK_{name.upper()}_PORT",
        health="/server_info",
        environment=_code_server(settings),
    )


def _mlflow(settings: Settings, host: str) -> Service:
    """Return MLflow; where it has a store of its own, files of runs too pass through it."""
    port, folder = settings.mlflow_port, (settings.root / "mlflow").as_uri()
    store = settings.mlflow_store.get_secret_value()
    files = {"artifacts_destination": folder} if store else {"default_artifact_root": folder}
    names = [f"{LOOPBACK}:{port}", f"localhost:{port}", settings.mlflow_names]
    figures = {"expose_prometheus": settings.root / "mlflow-metrics"} if _TELLS_FIGURES else {}
    options = _options(
        host=host,
        port=port,
        # A page in a browser of this machine could otherwise come by a name of its own that leads
        # to loopback (DNS rebinding). MLflow's default lets in all private addresses too.
        allowed_hosts=",".join(filter(None, names)),
        workers=1,
        **files,
        **figures,
    )
    return Service(
        name="mlflow",
        command=[_program("mlflow"), "server", *options],
        host=host,
        port=port,
        setting="RISK_MLFLOW_PORT",
        health="/health",
        environment={
            # As an option it would show in lists of processes, with a password.
            "MLFLOW_BACKEND_STORE_URI": store or settings.tracking_uri,
            # Its job runner is for hosted judges of prompts, and takes seven processes.
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        },
    )


def _tower(settings: Settings, host: str) -> Service:
    """Return the pages for those who run credit risk; they listen on loopback wherever they run."""
    del host
    return Service(
        name="tower",
        command=[sys.executable, "-m", "serving.control_tower"],
        port=settings.tower_port,
        setting="RISK_TOWER_PORT",
        health="/_stcore/health",
    )


def _exporter(settings: Settings, host: str) -> Service:
    """Return what tells Prometheus of Dagster's runs, assets, checks and daemons."""
    options = _options(host=host, port=settings.exporter_port)
    return Service(
        name="exporter",
        command=[sys.executable, "-m", "risk_platform.commands.exporter", *options],
        host=host,
        port=settings.exporter_port,
        setting="RISK_EXPORTER_PORT",
        health="/metrics",
    )


def _spark_master(settings: Settings, host: str) -> Service:
    """Return the master of a cluster of Spark's own."""
    port = int(settings.spark_master.rpartition(":")[2])
    options = _options(host=host, port=port, webui_port=0)
    return _of_spark(settings, "spark-master", "master.Master", *options)


def _spark_worker(settings: Settings, host: str) -> Service:
    """Return one of its workers; Spark's ``SPARK_WORKER_CORES`` and ``…_MEMORY`` size it."""
    options = _options(host=host, webui_port=0, work_dir=settings.root / "spark-work")
    return _of_spark(settings, "spark-worker", "worker.Worker", *options, settings.spark_master)


def _of_spark(settings: Settings, name: str, kind: str, *options: str) -> Service:
    return Service(
        name=name,
        command=[_spark_class(), f"org.apache.spark.deploy.{kind}", *options],
        environment={
            "JAVA_HOME": str(ensure_java(settings.root).home),
            "PYSPARK_PYTHON": sys.executable,
        },
    )


SERVICES: Mapping[str, Callable[[Settings, str], Service]] = MappingProxyType(
    {
        "code": _code,
        "dagster": _dagster,
        "viewer": _viewer,
        "daemon": _daemon,
        "mlflow": _mlflow,
        "exporter": _exporter,
        "api": _api,
        "tower": _tower,
        "spark-master": _spark_master,
        "spark-worker": _spark_worker,
    }
)


def _workspace(settings: Settings) -> str:
    """Return which file says where Dagster finds the code."""
    asked = "deploy/dagster/workspace.yaml" if settings.code_server else "workspace.yaml"
    return str(PROJECT / asked)


def _code_server(settings: Settings) -> Mapping[str, str]:
    """Return what that file wants to know."""
    host, _, port = settings.code_server.rpartition(":")
    return {"RISK_CODE_HOST": host, "RISK_CODE_PORT": port} if host else {}


def _options(**values: object) -> list[str]:
    pairs = [(f"--{name.replace('_', '-')}", str(value)) for name, value in values.items()]
    return [word for pair in pairs for word in pair]


def _spark_class() -> str:
    """Return Spark's starter within its package: the one beside Python asks another Python."""
    package = find_spec("pyspark")
    return str(Path(package.origin or "").with_name("bin") / "spark-class") if package else ""


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))

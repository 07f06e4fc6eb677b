"""Peers: what a user would pick instead, each in an environment of its own, made on demand.

They get what flatters them: one thread, no text to parse, the booster's inputs ready-made.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.contenders.contender import HOST, Contender, NoContenderError, Task
from risk_platform.commands.ports import free_port
from risk_platform.settings import Settings

# Requirements by name, with exact versions, and what is run within them.
FILES = Path(__file__).parent / "environments"
# Two threads are slower than one for a single row.
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
INSTALL_SECONDS = 900


@contextmanager
def mlserver(task: Task, folder: Path) -> Generator[Contender]:
    """Give MLServer with its own LightGBM runtime, scoring in the process that serves.

    A pool of one process beside it, as is usual, had 0.7 of the throughput.
    """
    programs = _environment("mlserver")
    task.learnt.booster.save_model(folder / "booster.txt")
    ports = {name: free_port(HOST, 0) for name in ("http_port", "grpc_port", "metrics_port")}
    settings = {"host": HOST, "parallel_workers": 0, "debug": False, **ports}
    model = {
        "name": "risk",
        "implementation": "mlserver_lightgbm.LightGBMModel",
        "parameters": {"uri": "./booster.txt"},
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    (folder / "model-settings.json").write_text(json.dumps(model))
    yield Contender(
        command=[programs / "mlserver", "start", "."],
        folder=folder,
        environment=ONE_THREAD,
        port=ports["http_port"],
        path="/v2/models/risk/infer",
        bodies=[msgspec.json.encode({"inputs": [_tensor(row)]}) for row in task.rows],
        score=lambda answer: answer["outputs"][0]["data"][0],
        scores=task.scores,
    )


@contextmanager
def bentoml(task: Task, folder: Path) -> Generator[Contender]:
    """Give BentoML with a service of a few lines, as its pages show it."""
    programs, port = _environment("bentoml"), free_port(HOST, 0)
    task.learnt.booster.save_model(folder / "booster.txt")
    shutil.copy(FILES / "bentoml_service.py", folder)
    options = [f"--host={HOST}", f"--port={port}"]
    yield Contender(
        command=[programs / "bentoml", "serve", "bentoml_service:Risk", *options],
        folder=folder,
        environment=ONE_THREAD | {"BENTOML_HOME": str(folder), "BENTOML_DO_NOT_TRACK": "true"},
        port=port,
        path="/predict",
        bodies=[msgspec.json.encode({"rows": [row]}) for row in task.rows],
        score=lambda answer: answer[0],
        scores=task.scores,
    )


@contextmanager
def mlflow(task: Task, folder: Path) -> Generator[Contender]:
    """Give ``mlflow models serve`` with the booster as MLflow itself stores it."""
    programs, port = _environment("mlflow"), free_port(HOST, 0)
    task.learnt.booster.save_model(folder / "booster.txt")
    save = [
        programs / "python",
        FILES / "mlflow_model.py",
        folder / "booster.txt",
        folder / "model",
    ]
    _run(*save)
    place = ["--host", HOST, "--port", str(port), "--workers", "1"]
    yield Contender(
        command=[
            programs / "mlflow",
            "models",
            "serve",
            "-m",
            "model",
            "--env-manager=local",
            *place,
        ],
        folder=folder,
        # It starts uvicorn by its name.
        environment=ONE_THREAD | {"PATH": f"{programs}:/usr/bin:/bin"},
        port=port,
        path="/invocations",
        bodies=[msgspec.json.encode({"inputs": [row]}) for row in task.rows],
        score=lambda answer: answer["predictions"][0],
        scores=task.scores,
    )


def _tensor(row: list[float | None]) -> dict[str, object]:
    return {"name": "x", "shape": [1, len(row)], "datatype": "FP64", "data": row}


def _environment(name: str) -> Path:
    """Return the programs of a peer's environment; it is made where it is missing, and kept.

    Raises
    ------
    NoContenderError
        It cannot be made.
    """
    requirements = FILES / f"{name}.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:8]
    folder = Settings().root / "benchmarks" / f"{name}-{digest}"
    whole = folder / "whole"
    if not whole.exists():
        uv = Path(sys.executable).with_name("uv")
        _run(uv, "venv", "--clear", "--python", sys.executable, folder)
        _run(uv, "pip", "install", "--python", folder / "bin" / "python", "-r", requirements)
        whole.touch()
    return folder / "bin"


def _run(*command: str | Path) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    except FileNotFoundError as error:
        raise NoContenderError(f"{error.filename} is missing") from error
    except subprocess.TimeoutExpired as error:
        raise NoContenderError(f"not installed after {INSTALL_SECONDS} seconds") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise NoContenderError(f"{Path(command[0]).name} failed: {said}") from error

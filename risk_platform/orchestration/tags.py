"""Tags: what every run says of itself, whoever launched it: its code, its loans, its rules."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import cast

import dagster as dg
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.retries import RetryMode
from dagster._core.execution.step_dependency_config import StepDependencyConfig

from risk_platform.orchestration.processes import PROCESS, process_name
from risk_platform.orchestration.versions import DATA_VERSION, DATA_VERSION_TAG

GIT_REVISION = "risk_platform/git_revision"
PROTOCOL = "risk_platform/protocol"
# Of a run that puts a move of the gate into the graph: which one, by the id of its event.
GATE_EVENT = "risk_platform/gate_event"
# Of a run that reports a day once more, as more is told of it: a digest of that.
OUTCOMES = "risk_platform/outcomes"

_PROJECT = Path(__file__).parents[2]
_RAW_LOANS = dg.AssetKey("raw_loans")
_Create = Callable[[dg.InitExecutorContext], dg.Executor]


def run_tags(instance: dg.DagsterInstance, protocol: str) -> dict[str, str]:
    """Return the tags of a run that starts now; what is not known is left out.

    The data version is that of the raw loans as they were last landed. A run that lands them anew
    changes it to its own.
    """
    tags = {
        GIT_REVISION: git_revision(_PROJECT),
        DATA_VERSION: landed_version(instance),
        PROTOCOL: protocol,
        PROCESS: process_name(os.getpid()),
    }
    return {name: value for name, value in tags.items() if value}


@cache
def git_revision(folder: Path) -> str:
    """Return the commit that a folder has checked out, marked where files differ from it.

    Empty where the folder is not the top of a git checkout, or git cannot say.
    """
    git = shutil.which("git")
    if git is None or not (folder / ".git").exists():
        return ""
    command = [git, "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def landed_version(instance: dg.DagsterInstance) -> str:
    """Return the version of the raw loans that were landed last; empty before the first time."""
    event = instance.get_latest_materialization_event(_RAW_LOANS)
    landed = event.asset_materialization if event else None
    return (landed.tags or {}).get(DATA_VERSION_TAG, "") if landed else ""


def tagging_executor(protocol: str) -> dg.ExecutorDefinition:
    """Return the executor of all runs: one process a run, so that a JVM starts once in it.

    It tags the run as it starts, as there is no other place that all runs pass: whether a person,
    a schedule, a sensor or a backfill launched them. The tags name the process too, so that a run
    whose process is gone can be told from one at work.
    """
    create = cast("_Create", dg.in_process_executor.executor_creation_fn)
    return dg.ExecutorDefinition(
        name=dg.in_process_executor.name,
        config_schema=dg.in_process_executor.config_schema.as_field(),
        executor_creation_fn=lambda context: _Tagging(create(context), protocol),
    )


class _Tagging(dg.Executor):
    """An executor that tags its run, and leaves the work to another."""

    def __init__(self, inner: dg.Executor, protocol: str) -> None:
        self.inner, self.protocol = inner, protocol

    @property
    def retries(self) -> RetryMode:
        return self.inner.retries

    @property
    def step_dependency_config(self) -> StepDependencyConfig:
        return self.inner.step_dependency_config

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[dg.DagsterEvent]:
        instance = plan_context.instance
        instance.add_run_tags(plan_context.run_id, run_tags(instance, self.protocol))
        yield from self.inner.execute(plan_context, execution_plan)

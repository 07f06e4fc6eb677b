"""Jobs of a running driver as Spark's status page tells them, and what its event log proves."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

PATIENCE_SECONDS = 900
# A stage of fewer tasks is over before anybody can come in between.
ENOUGH_TASKS = 6


@dataclass(frozen=True, slots=True)
class Moment:
    """A stage that was seen half-way.

    Parameters
    ----------
    stage
        Its number.
    done, running, tasks
        How many of its tasks are done and running, of how many.
    """

    stage: int
    done: int
    running: int
    tasks: int


def half_way(status_port: int, table: Path) -> Moment:
    """Wait until a stage has tasks that are done, tasks that run, and others that wait.

    Parameters
    ----------
    status_port
        Of the driver's status page.
    table
        Folder of the table that is to be in the making then.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    with httpx.Client(base_url=f"http://127.0.0.1:{status_port}/api/v1", trust_env=False) as client:
        while time.monotonic() < end:
            for stage in _active_stages(client) if any(table.glob("v-*")) else ():
                seen = Moment(
                    stage["stageId"],
                    stage["numCompleteTasks"],
                    stage["numActiveTasks"],
                    stage["numTasks"],
                )
                waiting = seen.tasks - seen.done - seen.running
                if seen.tasks >= ENOUGH_TASKS and seen.done and seen.running > 1 and waiting:
                    return seen
            time.sleep(0.02)
    raise TimeoutError("no stage was seen half-way")


def lost_tasks(events: Path) -> list[int]:
    """Return the stage of each task that went down with its executor, of an ended application."""
    return [
        event["Stage ID"]
        for event in _events(events)
        if event["Event"] == "SparkListenerTaskEnd"
        and event["Task End Reason"]["Reason"] == "ExecutorLostFailure"
    ]


def _active_stages(client: httpx.Client) -> list[Mapping[str, Any]]:
    try:
        [application, *_] = client.get("/applications").raise_for_status().json()
        answer = client.get(f"/applications/{application['id']}/stages?status=active")
        return answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return []  # the driver has not begun, or has other work


def _events(folder: Path) -> Iterator[Mapping[str, Any]]:
    for file in sorted(folder.rglob("events_*")):
        yield from map(json.loads, file.read_text().splitlines())

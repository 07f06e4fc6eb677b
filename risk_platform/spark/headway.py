"""Headway: how far Spark is with what it was told to do."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pyspark import SparkContext
from pyspark.sql import SparkSession

_GLANCE_SECONDS = 0.5
_GROUP = "spark.jobGroup.id"


@contextmanager
def watched(spark: SparkSession, tell: Callable[[int, int], None]) -> Iterator[None]:
    """Tell now and then how many tasks are done of how many, of all jobs that the block starts.

    Parameters
    ----------
    spark
        The session that the block uses, in the thread that it is entered in.
    tell
        Is called in a thread of its own, as soon as Spark knows how many there are.
    """
    group, ended = uuid.uuid4().hex, threading.Event()

    def watch() -> None:
        while not ended.wait(_GLANCE_SECONDS):
            done, tasks = _tasks(spark.sparkContext, group)
            if tasks:
                tell(done, tasks)

    watcher = threading.Thread(target=watch, daemon=True)
    spark.sparkContext.setLocalProperty(_GROUP, group)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
        # None takes it away; the types of PySpark do not know.
        spark.sparkContext.setLocalProperty(_GROUP, None)  # pyright: ignore[reportArgumentType]


def _tasks(context: SparkContext, group: str) -> tuple[int, int]:
    tracker = context.statusTracker()
    jobs = [tracker.getJobInfo(job) for job in tracker.getJobIdsForGroup(group)]
    stages = [tracker.getStageInfo(stage) for job in jobs if job for stage in job.stageIds]
    known = [stage for stage in stages if stage]
    return sum(one.numCompletedTasks for one in known), sum(one.numTasks for one in known)

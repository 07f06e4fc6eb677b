"""Tampered log: a decision is edited in the database, and the audit of the log is to find it."""

import asyncio
import time
from collections.abc import Generator
from contextlib import closing, contextmanager

from sqlalchemy import select, update

from risk_platform.commands.drills.ground import Ground, Reporter, demand_running, model_of
from risk_platform.commands.drills.hands.machine import Machine
from risk_platform.commands.drills.posts import in_turn
from risk_platform.commands.drills.stretch import Stretch
from risk_platform.errors.handover import BrokenChainError, DeniedError
from risk_platform.evaluation.drills import Drill, Verdict
from risk_platform.handover.database import Database
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.audit import Auditor
from risk_platform.handover.log.seals import Sealer
from risk_platform.handover.store import open_store
from risk_platform.handover.tables import DECISIONS
from risk_platform.settings import Settings

_HALF = 0.5


def conduct(name: str, machine: Machine, ground: Ground) -> Drill:
    """Halve the PD of a decision that was just made, audit the log, and put the PD back.

    Who asks for audits says how long an edit stays unknown: here it is the drill, so that no time
    to detect is told, only for how long the audit took.

    Raises
    ------
    BrokenChainError
        The log was changed before, or is still after the PD was put back.
    """
    settings = machine.settings
    report = Reporter(name, ground, model_of(ground))
    demand_running(ground)
    decision_id = asyncio.run(_decide(ground))
    if not decision_id:
        return report.skipped("an ordinary application was not decided")
    _seal(settings)
    auditor = Auditor(machine.database, Anchors(settings.anchors_file))
    auditor.audit(without_anchors=True)
    try:
        with _edited(machine.database, decision_id):
            began_at = time.monotonic()
            said = _broken(auditor)
            took = f"the audit took {time.monotonic() - began_at:.1f} s"
    except DeniedError as error:
        return report.found(Verdict.PREVENTED, f"the database refused: {error}", None)
    auditor.audit(without_anchors=True)
    if not said:
        return report.found(Verdict.MISSED, f"{took} and found nothing", None)
    return report.found(Verdict.DETECTED, f"{took}: {said}", None)


async def _decide(ground: Ground) -> str:
    """Have an ordinary application decided, and return the decision's id; empty: it was not."""
    day = Stretch(ground)
    await day.send(in_turn(ground.clients.applying, [next(ground.ordinary())]))
    return "".join(str(one["decision_id"]) for one in day.record.decisions)


def _seal(settings: Settings) -> None:
    """Seal all that was decided, as the sealer beside the service does a moment later."""
    with closing(open_store(settings.sealer_database_url)) as database:
        Sealer(database, Anchors(settings.anchors_file)).seal()


@contextmanager
def _edited(database: Database, decision_id: str) -> Generator[None]:
    """Halve the PD of a decision as long as the block runs."""
    here = DECISIONS.c.id == decision_id
    with database.writing() as connection:
        pd = connection.execute(select(DECISIONS.c.pd).where(here)).scalar_one()
        connection.execute(update(DECISIONS).where(here).values(pd=pd * _HALF))
    try:
        yield
    finally:
        with database.writing() as connection:
            connection.execute(update(DECISIONS).where(here).values(pd=pd))


def _broken(auditor: Auditor) -> str:
    """Audit the log; return what was found, or nothing."""
    try:
        auditor.audit(without_anchors=True)
    except BrokenChainError as error:
        return str(error)
    return ""

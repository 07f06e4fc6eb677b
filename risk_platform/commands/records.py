"""Records: what the doctor looks at of runs, champion and decisions, without changing any of it."""

from contextlib import closing
from pathlib import Path

from risk_platform.commands.finding import Finding, Verdict
from risk_platform.commands.home import open_instance
from risk_platform.errors.handover import LogUnavailableError, NewerDatabaseError
from risk_platform.errors.models import NoChampionError
from risk_platform.handover.database import Database
from risk_platform.handover.gate import Gate
from risk_platform.handover.gating.advice import advice
from risk_platform.handover.models.registry import Registry
from risk_platform.handover.store import revisions
from risk_platform.settings import Settings


def runs(settings: Settings) -> Finding:
    """Open Dagster's instance, as its pages and its daemon do."""
    with open_instance(settings) as instance:
        return Finding("runs", Verdict.GOOD, f"{instance.get_runs_count():,} on record")


def champion(settings: Settings) -> Finding:
    """Fetch the champion, and read every byte of it."""
    registry = Registry.of(settings)
    try:
        model = registry.load()
    except NoChampionError:
        return Finding("champion", Verdict.WARNING, "there is none yet", "run `make demo`")
    return Finding("champion", Verdict.GOOD, f"version {model.version}, its digest is right")


def decisions(settings: Settings) -> Finding:
    """See whether decisions can be kept, how their tables stand, and whether scoring runs.

    Raises
    ------
    LogUnavailableError
        Their database is away, locked, damaged, or takes nothing.
    """
    with closing(Database(settings.database_url)) as database:
        place = database.engine.url.render_as_string(hide_password=True)
        if not database.is_postgresql and not Path(database.engine.url.database or "").exists():
            return Finding("decisions", Verdict.GOOD, f"{place}: none yet, it is made by itself")
        _demand_whole(database)
        try:
            found, wanted = revisions(database)
        except NewerDatabaseError as error:
            mend = "install the version that made it"
            return Finding("decisions", Verdict.BAD, f"{place}: {error}", mend)
        if found != wanted:
            return _older(place, found, wanted)
        return _of_gate(settings, database, place)


def _demand_whole(database: Database) -> None:
    """Have SQLite look over its file, and begin a transaction as whoever decides does."""
    if not database.is_postgresql:
        with database.reading() as connection:
            said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if said != "ok":
            raise LogUnavailableError(f"its file is malformed: {said}")
    with database.writing():
        pass


def _older(place: str, found: str | None, wanted: str | None) -> Finding:
    seen = f"{place}: at revision {found}" if found else f"{place}: it has no tables yet"
    mend = (
        "end services of an earlier version; then whatever opens it brings it up to date, or the "
        "owner of its tables does, by `risk-platform log migrate`"
    )
    return Finding("decisions", Verdict.WARNING, f"{seen}, this version wants {wanted}", mend)


def _of_gate(settings: Settings, database: Database, place: str) -> Finding:
    gate = Gate.of(settings, database)
    state = gate.state()
    if state.is_running:
        return Finding("decisions", Verdict.GOOD, f"{place}: scoring runs (epoch {state.epoch})")
    if state.has_lapsed and not state.is_older:
        seen = f"{place}: scoring is stopped, its lease has ended: nobody looks for drift"
        return Finding("decisions", Verdict.WARNING, seen, "run `make up`, which has that done")
    seen = f"{place}: scoring is stopped (epoch {state.epoch}): {state.reason}"
    if state.epoch == 0:
        return Finding("decisions", Verdict.WARNING, seen, "run `make demo`")
    mend = advice(state, gate.rules, gate.resumes.open(), gate.resumes.evidence())
    return Finding("decisions", Verdict.WARNING, seen, mend)

"""Drills: how the platform fared in black swans that were sent to it on purpose."""

import dagster as dg

from risk_platform.evaluation.drill_plots import league_plot
from risk_platform.evaluation.drills import Drill, DrillLeague
from risk_platform.orchestration.metadata import figures, plot
from risk_platform.orchestration.resources import Drills

NONE_YET = "none yet: `risk-platform simulate --all`, beside a running platform, does them"


@dg.asset(
    deps=["deployed_champion"],
    io_manager_key="documents",
    group_name="serving",
    kinds={"fastapi"},
)
def drill_league(context: dg.AssetExecutionContext, drills: Drills) -> DrillLeague:
    """The league of drills: for each black swan the newest that the platform was put through.

    How long it took to be known, how many decisions of bad applications leaked before the stop,
    whether ordinary applications were decided again after the resume, and how many false alarms
    ordinary traffic gave. `risk-platform simulate` leaves a file of results, which this reads.
    """
    league = DrillLeague(drills=tuple(drills.newest()))
    told = [one for one in league.drills if one.seconds is not None]
    context.add_output_metadata(
        {
            "drills": _table(league) if league.drills else dg.MetadataValue.text(NONE_YET),
            "failed": ", ".join(one.scenario for one in league.failed) or "none",
            **figures({f"{one.scenario}_seconds": one.seconds or 0.0 for one in told}),
            **figures({f"{one.scenario}_leaked": one.leaked for one in league.drills}),
            **({"league": plot(league_plot(league.drills))} if league.drills else {}),
        }
    )
    return league


def _table(league: DrillLeague) -> dg.TableMetadataValue:
    return dg.MetadataValue.table([_row(one) for one in league.drills])


def _row(drill: Drill) -> dg.TableRecord:
    stop, recovery = drill.observed.stop, drill.observed.recovery
    return dg.TableRecord(
        {
            "scenario": drill.scenario,
            "what happened": drill.about,
            "verdict": drill.verdict.value,
            "seconds to detect": "" if drill.seconds is None else f"{drill.seconds:.1f}",
            "decisions until then": f"{stop.decisions:,}" if stop else "",
            "leaked": drill.leaked,
            "refused": drill.observed.bad.refused,
            "false alarms": drill.observed.false_alarms,
            "recovered": ("yes" if recovery.is_well else "no") if recovery else "",
            "seen": drill.sentence,
            "model": drill.model_version,
            "at": drill.at,
        }
    )

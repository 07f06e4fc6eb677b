"""Ageing: how each quarter's loans went bad, month by month on book."""

import dagster as dg

from risk_platform.contract.outcome import horizon_months
from risk_platform.contract.vintages import quarter_name
from risk_platform.evaluation.vintage_curves import VintageCurves, curve_of
from risk_platform.orchestration.resources import Experiment
from risk_platform.spark.ageing import ages_by_quarter, newest_snapshot
from risk_platform.spark.partwise import PartFiles


@dg.asset(io_manager_key="documents", group_name="evaluation", kinds={"numpy"})
def vintage_curves(
    context: dg.AssetExecutionContext, cleaned_loans: PartFiles, experiment: Experiment
) -> VintageCurves:
    """Which share of each quarter's loans had defaulted by each month on book, as far as is known.

    A curve ends where the quarter's youngest loan does, so that no loan is counted among the good
    ones for being young. A quarter is mature once all of its loans were observed for as long as the
    protocol's outcome asks.
    """
    horizon = horizon_months(experiment.rules.outcome)
    found = [
        curve_of(quarter_name(part), batches, horizon)
        for part, batches in ages_by_quarter(cleaned_loans)
    ]
    curves = tuple(curve for curve in found if curve is not None)
    context.add_output_metadata(
        {
            "protocol": experiment.rules.label,
            "vintages": len(curves),
            "mature": sum(curve.is_mature for curve in curves),
            "defaulted": dg.MetadataValue.table(
                [
                    dg.TableRecord(
                        {
                            "vintage": of.name,
                            "loans": of.loans,
                            "observed months": of.months_observed,
                            "mature": "yes" if of.is_mature else "no",
                            "defaulted": f"{of.defaulted[-1] if of.defaulted else 0:.2%}",
                        }
                    )
                    for of in curves
                ]
            ),
        }
    )
    return VintageCurves(horizon=horizon, snapshot=newest_snapshot(cleaned_loans), curves=curves)

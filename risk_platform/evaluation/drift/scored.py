"""Scored: loans that nobody decided on, such as those of a vintage, as a model would have done."""

import numpy as np

from risk_platform.evaluation.drift.counted import seen
from risk_platform.evaluation.drift.decision import DriftReport
from risk_platform.evaluation.drift.explained import Explanation, explained, signals_of
from risk_platform.evaluation.drift.signals import distances
from risk_platform.evaluation.drift.window import Window
from risk_platform.features.parse import Columns
from risk_platform.scoring.bundle import ModelBundle
from risk_platform.scoring.monitored import imputed_shares, monitored_values, nulls_of
from risk_platform.scoring.policy import Verdict
from risk_platform.scoring.reference import Reference
from risk_platform.scoring.score import score_columns


def scored_window(bundle: ModelBundle, loans: Columns) -> Window:
    """Have loans scored, and return them as decisions are held against a reference."""
    null = nulls_of(loans)
    scored = score_columns(bundle, loans, null, [False] * len(null))
    return Window(
        inputs=monitored_values(tuple(bundle.reference.population.features), loans),
        pds=np.array([one.pd for one in scored], np.float64),
        approved=np.array([one.verdict is Verdict.APPROVE for one in scored], np.bool_),
        imputed=imputed_shares(loans),
        keys=np.full(len(null), "", np.object_),
    )


def explained_by(
    sample: Window, report: DriftReport, reference: Reference, bundle: ModelBundle
) -> tuple[Explanation, ...]:
    """Explain what drifted in a vintage by a sample of it, as far as that shows it."""
    if not sample.loans:
        return ()
    apart = distances(reference.population, seen(reference, sample))
    signals = [signal for signal in signals_of(report) if apart[signal].p < 1]
    return explained(reference, sample, signals, bundle.predict_values)

"""Sampled: a window and its reference as tables of a few thousand rows, for Evidently to draw.

It draws, and decides nothing: it drops what is unknown before it compares, and fails on an input of
which nothing is known. The tables hold inputs of the model alone: no text that a person wrote, and
no API key.
"""

import os
import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd

from risk_platform.evaluation.drift.explained import drawn
from risk_platform.evaluation.drift.window import Window
from risk_platform.scoring.monitored import Values
from risk_platform.scoring.reference import NumberProfile, Reference

ROWS = 5_000
PD = "pd"


def sampled(
    reference: Reference, window: Window, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows of training, and rows of a window, of the inputs that both know.

    Parameters
    ----------
    reference
        Of it each input is drawn by itself.
    window
        One decision or more, of which some are drawn.
    seed
        Of what is drawn.
    """
    rng = np.random.default_rng(seed)
    few = window.only(rng.permutation(window.loans)[:ROWS])
    before: dict[str, Values] = {}
    for name, profile in reference.population.features.items():
        if profile.known and not pd.isna(few.inputs[name]).all():
            before[name] = drawn(profile, ROWS, rng)
    before[PD] = drawn(reference.scores.pds, ROWS, rng)
    now: Mapping[str, Values] = {name: few.inputs.get(name, few.pds) for name in before}
    return pd.DataFrame(before), pd.DataFrame(now)


def left_out(reference: Reference, before: pd.DataFrame) -> tuple[str, ...]:
    """Return the inputs of which one of both knows nothing: they are in no picture."""
    return tuple(name for name in reference.population.features if name not in before)


def page_of(reference: Reference, before: pd.DataFrame, now: pd.DataFrame) -> str:
    """Return the page that Evidently draws of two samples, as HTML that stands alone."""
    profiles = reference.population.features
    numbers = [name for name in before if name == PD or isinstance(profiles[name], NumberProfile)]
    labels = [name for name in before if name not in numbers]
    # It would report each use of it to its makers, and reads this when it is imported.
    os.environ["DO_NOT_TRACK"] = "1"
    with warnings.catch_warnings():
        # Its own: of NumPy's and Litestar's names that are about to go.
        warnings.simplefilter("ignore")
        # Seconds, and memory, that only who draws is to spend.
        from evidently import DataDefinition, Dataset, Report  # noqa: PLC0415
        from evidently.presets import DataDriftPreset  # noqa: PLC0415

        definition = DataDefinition(numerical_columns=numbers, categorical_columns=labels)
        data = [Dataset.from_pandas(of, data_definition=definition) for of in (now, before)]
        preset = DataDriftPreset(num_method="ks", cat_method="jensenshannon", cat_threshold=0.1)
        drawn_by = Report([preset]).run(current_data=data[0], reference_data=data[1])
        return drawn_by.get_html_str(as_iframe=False)

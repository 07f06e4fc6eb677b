"""Logged: decisions of the log as a window that can be held against a reference."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import numpy as np

from risk_platform.evaluation.drift.window import Window
from risk_platform.features.definitions import INPUTS
from risk_platform.features.parse import parse_columns
from risk_platform.handover.log.feed import Logged
from risk_platform.scoring.monitored import imputed_shares, monitored_values
from risk_platform.scoring.policy import Verdict
from risk_platform.scoring.score import DECISION_MONTH

_INPUTS = msgspec.json.Decoder(dict[str, float | str | bool | None])


def window_of(decisions: Sequence[Logged], names: Sequence[str]) -> Window:
    """Return decisions as a window of a model's inputs.

    Parameters
    ----------
    decisions
        Of one model, in their order.
    names
        The features that it reads.

    Raises
    ------
    ValueError
        What is logged is no application: somebody changed it.
    """
    columns = parse_columns(INPUTS, [_given(one) for one in decisions])
    return Window(
        inputs=monitored_values(names, columns),
        pds=np.array([one.pd for one in decisions], np.float64),
        approved=np.array([one.verdict == Verdict.APPROVE for one in decisions], np.bool_),
        imputed=imputed_shares(columns),
        keys=np.array([one.key_id for one in decisions], np.object_),
    )


def _given(decision: Logged) -> Mapping[str, object]:
    """Return what was given; an application that names no month was one of the decision's."""
    given = _INPUTS.decode(decision.inputs)
    if given.get(DECISION_MONTH) is None:
        given[DECISION_MONTH] = f"{datetime.fromtimestamp(decision.at_us / 1e6, UTC):%Y-%m}"
    return given

"""Model inputs in memory, a split at a time, from the published feature table."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from risk_platform.contract.protocols import Protocol, Split
from risk_platform.errors.protocols import OneSidedSplitError
from risk_platform.features.definitions import FEATURE_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Model inputs of one split.

    Parameters
    ----------
    features
        Shape (n, len(FEATURES)), NaN where unknown.
    outcomes
        Shape (n,): 1 for default, 0 for none.
    """

    features: NDArray[np.float64]
    outcomes: NDArray[np.int8]

    def feature(self, name: str) -> NDArray[np.float64]:
        """Return one feature, shape (n,)."""
        return self.features[:, FEATURE_NAMES.index(name)]


def inputs_of(table: pa.Table, split: Split, protocol: Protocol) -> Inputs:
    """Take one split out of the table of ``loan_features``.

    Raises
    ------
    OneSidedSplitError
        Its loans all defaulted, or none did.
    """
    rows = table.filter(pc.equal(table["split"], split.value))
    columns = [rows[name].to_numpy() for name in FEATURE_NAMES]
    outcomes = rows[protocol.outcome.name].to_numpy().astype(np.int8)
    defaults = int(outcomes.sum())
    if defaults in {0, len(outcomes)}:
        raise OneSidedSplitError(split.value, len(outcomes), defaults)
    return Inputs(features=np.column_stack(columns), outcomes=outcomes)

"""Model inputs in memory, a split at a time, from the published feature table."""

from dataclasses import dataclass

import numpy as np
import pyarrow.dataset as pa_dataset
from numpy.typing import NDArray

from risk_platform.contract.protocols import Protocol
from risk_platform.contract.splits import Split
from risk_platform.errors.protocols import OneSidedSplitError
from risk_platform.features.definitions import Kind, features_of
from risk_platform.spark.split import ISSUED, SPLIT

INCUMBENT = "sub_grade_rank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Model inputs of one split.

    Parameters
    ----------
    names, categories
        The features that the protocol lets a model read, and those among them that are codes.
    features
        Shape (n, len(names)), NaN where unknown.
    outcomes
        Shape (n,): 1 for default, 0 for none.
    issued
        Shape (n,): months of issue since January 1970.
    sub_grade
        Shape (n,): rank of the lender's sub-grade, 1 the safest; NaN where it has none. It is the
        incumbent, and kept for comparison whether or not a model may read it.
    """

    names: tuple[str, ...]
    categories: tuple[str, ...]
    features: NDArray[np.float64]
    outcomes: NDArray[np.int8]
    issued: NDArray[np.int64]
    sub_grade: NDArray[np.float64]

    def feature(self, name: str) -> NDArray[np.float64]:
        """Return one feature, shape (n,)."""
        return self.features[:, self.names.index(name)]


def inputs_of(table: pa_dataset.Dataset, split: Split, protocol: Protocol) -> Inputs:
    """Read one split of ``loan_features``, and of it what models are given.

    Raises
    ------
    OneSidedSplitError
        Its loans all defaulted, or none did.
    """
    read, outcome = features_of(protocol.timings), protocol.outcome.name
    # What is not read costs no time and no memory: of a million loans each column takes 10 MB.
    names = dict.fromkeys([*(feature.name for feature in read), outcome, ISSUED, INCUMBENT])
    rows = table.to_table([*names], filter=pa_dataset.field(SPLIT) == split.value)
    outcomes = rows[outcome].to_numpy().astype(np.int8)
    defaults = int(outcomes.sum())
    if defaults in {0, len(outcomes)}:
        raise OneSidedSplitError(split.value, len(outcomes), defaults)
    return Inputs(
        names=tuple(feature.name for feature in read),
        categories=tuple(feature.name for feature in read if feature.kind is Kind.CATEGORY),
        features=np.column_stack([rows[feature.name].to_numpy() for feature in read]),
        outcomes=outcomes,
        issued=rows[ISSUED].to_numpy().astype("datetime64[M]").astype(np.int64),
        sub_grade=rows[INCUMBENT].to_numpy(),
    )

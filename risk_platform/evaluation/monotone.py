"""Whether a model keeps to credit sense: more income, a better FICO … never make it think worse.

A bundle is asked as the service asks it, from raw columns to PDs. One column is moved at a time,
over the values that real applications have. A column may feed several features, so a step speaks
of the model only where every feature that it moves pushes the same way; where one that is free
moves too, or becomes known, nothing was promised and the step is counted as untold. To see each
promise by itself, the model's inputs are moved one at a time too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_platform.contract.column import Column, DType
from risk_platform.features.build import build_features
from risk_platform.features.definitions import FEATURE_NAMES, FEATURES, INPUTS, directions_of
from risk_platform.features.parse import Columns
from risk_platform.scoring.bundle import ModelBundle

# Values that a column or an input is set to, by quantile of those at hand.
STEPS = 12
# A sum of trees is monotone to the last bit, the logarithms of a calibration may not be.
TOLERANCE = 1e-12

Values = NDArray[np.float64] | NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What came of moving one column, or one model input, upwards.

    Parameters
    ----------
    name
        Of the column or the input.
    rises, falls
        Steps at which the PD may not fall, and at which it may not rise.
    untold
        Steps that moved features which promise nothing together.
    violations
        Steps at which the PD went the wrong way.
    worst
        The largest of these, as a change of PD.
    """

    name: str
    rises: int
    falls: int
    untold: int
    violations: int
    worst: float

    @property
    def told(self) -> int:
        """Steps that speak of the model."""
        return self.rises + self.falls

    @property
    def direction(self) -> str:
        """Where PDs may go as it rises: up, down, either way by application, or anywhere."""
        words = {(True, False): "up", (False, True): "down", (True, True): "by application"}
        return words.get((self.rises > 0, self.falls > 0), "anywhere")


def sweep_columns(bundle: ModelBundle, applications: Columns) -> list[Swept]:
    """Move each raw column that feeds a directed feature of the model, in all applications.

    Parameters
    ----------
    bundle
        The model as it is served.
    applications
        As ``build_features`` takes them; a few hundred real ones.
    """
    reads = {f.name: f.sources for f in FEATURES if f.name in directions_of(bundle.model.inputs)}
    fed = {source for sources in reads.values() for source in sources}
    columns = [column for column in INPUTS if column.name in fed]
    grids = {column.name: _grid(column, applications[column.name]) for column in columns}
    return [_sweep_column(bundle, applications, name, grid) for name, grid in grids.items()]


def sweep_inputs(bundle: ModelBundle, applications: Columns) -> list[Swept]:
    """Move each directed input of the model by itself, in all applications."""
    inputs = build_features(applications, bundle.state)[:, _read(bundle)]
    directions = directions_of(bundle.model.inputs)
    predictor = bundle.model.predictor()
    found: list[Swept] = []
    for name, sign in directions.items():
        at = bundle.model.inputs.index(name)
        ends = bundle.state.bounds.get(name)
        grid = _quantiles(inputs[:, at], (ends.low, ends.high) if ends else ())
        moved = np.repeat(inputs, len(grid), axis=0)
        moved[:, at] = np.tile(grid, len(inputs))
        pds = bundle.model.calibration.apply(predictor.predict(moved))
        steps = np.diff(pds.reshape(len(inputs), len(grid)), axis=1)
        found.append(_swept(name, steps, np.full(steps.shape, float(sign))))
    return found


def violations(sweeps: Iterable[Swept]) -> dict[str, float]:
    """Return what went the wrong way, and how far at most as a change of PD; worst first."""
    broken = {swept.name: swept.worst for swept in sweeps if swept.violations}
    return dict(sorted(broken.items(), key=lambda item: -item[1]))


def _sweep_column(bundle: ModelBundle, applications: Columns, name: str, grid: Values) -> Swept:
    loans = len(applications[name])
    moved: dict[str, Values] = {
        other: np.repeat(values, len(grid))  # pyright: ignore[reportAssignmentType] - of its own kind
        for other, values in applications.items()
    }
    moved[name] = np.tile(grid, loans)  # pyright: ignore[reportArgumentType]
    shape = (loans, len(grid))
    features = build_features(moved, bundle.state)[:, _read(bundle)]
    pushes = _pushes(features.reshape(*shape, -1), bundle.model.inputs)
    return _swept(name, np.diff(bundle.predict(moved).reshape(shape), axis=1), pushes)


def _pushes(features: NDArray[np.float64], names: tuple[str, ...]) -> NDArray[np.float64]:
    """Return for each step where it pushes the PD: 1 up, -1 down, 0 nowhere, NaN untold.

    Parameters
    ----------
    features
        Shape (loans, values, features).
    """
    directions = directions_of(names)
    signs = np.array([directions.get(name, 0) for name in names], dtype=np.float64)
    before, after = features[:, :-1], features[:, 1:]
    moves = np.where(np.isnan(before) & np.isnan(after), 0.0, np.sign(after - before))
    pushed = np.where(moves == 0, 0.0, moves * np.where(signs == 0, np.nan, signs))
    highest, lowest = pushed.max(axis=2), pushed.min(axis=2)
    return np.where((highest > 0) & (lowest < 0), np.nan, highest + lowest)


def _swept(name: str, steps: NDArray[np.float64], pushes: NDArray[np.float64]) -> Swept:
    """Compare steps of PD with where they are pushed, both of shape (loans, steps)."""
    wrong = np.nan_to_num(np.where(pushes == 0, np.abs(steps), -steps * np.sign(pushes)))
    return Swept(
        name=name,
        rises=int(np.sum(pushes > 0)),
        falls=int(np.sum(pushes < 0)),
        untold=int(np.sum(np.isnan(pushes))),
        violations=int(np.sum(wrong > TOLERANCE)),
        worst=float(np.max(wrong, initial=0.0)),
    )


def _grid(column: Column, values: Values) -> Values:
    if column.dtype is not DType.LABEL:
        # Beyond what is plausible lies nothing; between, a sample may hold one value only.
        ends = tuple(float(end) for end in (column.low, column.high) if end is not None)
        return _quantiles(np.asarray(values, dtype=np.float64), ends)
    # The only labels that directed features read are grades, which the contract lists in order.
    return np.array(column.labels, dtype=object)


def _quantiles(values: NDArray[np.float64], ends: Sequence[float]) -> NDArray[np.float64]:
    known = values[~np.isnan(values)]
    seen = np.quantile(known, np.linspace(0, 1, STEPS), method="nearest") if len(known) else []
    return np.unique([*seen, *ends])


def _read(bundle: ModelBundle) -> list[int]:
    return [FEATURE_NAMES.index(name) for name in bundle.model.inputs]

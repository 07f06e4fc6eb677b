"""Boil a measured profile of real loans down to the aggregates that the generator needs.

Run by hand, whenever the profile is measured anew::

    python -m risk_platform.sources.generator.calibrate PROFILE risk_platform/sources/generator

The profile holds, for each column, quantiles, label shares and missing shares by issue year, rank
correlations, volumes by month and interest rates. No value of a single loan passes through.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk_platform.contract.column import DType, Timing
from risk_platform.contract.columns import BY_NAME
from risk_platform.features.parse import parse_value
from risk_platform.sources.generator.marginals import EPOCHS, FILE, PROBABILITIES

SUB_GRADES = BY_NAME["sub_grade"].labels
_QUANTILES = ("min", "p1", "p5", "p25", "p50", "p75", "p95", "p99", "max")
_OUTCOMES = ("bad_terminal", "int_rate", "installment")
_NUMBERS = (DType.FLOAT, DType.INTEGER, DType.PERCENT)
_LABELS = (DType.LABEL, DType.EMP_LENGTH, DType.TERM)
# Fewer loans than this say little of a tail: such a year is pooled with its neighbours.
_FEW_LOANS = 100
_FIRST_MONTH, _SMOOTHING_MONTHS = "2007-06", 5

Profile = Mapping[str, Any]


def calibrate(profile: Profile) -> dict[str, Any]:
    """Return the statistics that ``marginals.load_statistics`` reads, ready for JSON."""
    columns = {
        name: of_column
        for name, of_column in profile["columns"].items()
        if of_column["in_2020Q3_141"] and BY_NAME[name].known is not Timing.OUTCOME
    }
    return {
        "about": "Aggregates of real loans; made by calibrate.py, never edited by hand.",
        "epochs": EPOCHS,
        "probabilities": PROBABILITIES,
        "numbers": {
            name: _number(of_column)
            for name, of_column in columns.items()
            if BY_NAME[name].dtype in _NUMBERS and name not in (*_OUTCOMES, "policy_code")
        },
        "labels": {
            name: _shares(_labels_of(name, of_column), of_column)
            for name, of_column in columns.items()
            if BY_NAME[name].dtype in _LABELS and "freq_by_year" in of_column
        },
        "missing": _missing(columns),
        "history_months": _overall(profile["columns"]["earliest_cr_line"]),
        "correlations": _correlations(profile["spearman_uniform_2007_2018"]),
        "volumes": _volumes(profile["issue_volume_share_by_month_uniform"]),
        "rates": _rates(profile),
    }


def _pooled(by_year: Mapping[str, Any], epoch: int) -> list[Any]:
    """Return what is known of an epoch: its year, the first epoch's years before it as well."""
    years = [str(year) for year in (range(2007, epoch + 1) if epoch == EPOCHS[0] else [epoch])]
    return [by_year[year] for year in years if by_year.get(year)]


def _number(of_column: Profile) -> dict[str, Any]:
    """Return quantiles and the share of zeros by epoch."""
    knots: list[list[float]] = []
    zeros: list[float] = []
    for epoch in EPOCHS:
        known = _pooled(of_column["quantiles_by_year"], epoch)
        if sum(one["n"] for one in known) >= _FEW_LOANS:
            knots.append([_short(_mean(known, quantile)) for quantile in _QUANTILES])
            zeros.append(round(_mean(known, "zero_fraction"), 4))
    return {"zeros": _from_the_start(zeros), "knots": _from_the_start(knots)}


def _mean(known: Sequence[Mapping[str, float]], figure: str) -> float:
    return sum(one["n"] * one[figure] for one in known) / sum(one["n"] for one in known)


def _from_the_start(by_epoch: list[Any]) -> list[Any]:
    """Let epochs before the first known one be like it."""
    return by_epoch[:1] * (len(EPOCHS) - len(by_epoch)) + by_epoch


def _labels_of(name: str, of_column: Profile) -> list[str]:
    """Return the labels in the order of what they mean, the least first."""
    column = BY_NAME[name]
    seen = [label for label, *_ in of_column["top30_uniform"]]
    return list(column.labels) or sorted(seen, key=lambda text: parse_value(column, text) or 0.0)


def _shares(labels: Sequence[str], of_column: Profile) -> dict[str, Any]:
    by_epoch = []
    for epoch in EPOCHS:
        known = _pooled(of_column["freq_by_year"], epoch)
        weights = [sum(one.get(label, 0.0) for one in known) for label in labels]
        if any(weights):
            by_epoch.append([round(weight / sum(weights), 4) for weight in weights])
    return {"labels": list(labels), "shares": _from_the_start(by_epoch)}


def _missing(columns: Mapping[str, Profile]) -> dict[str, list[float]]:
    """Return missing shares by epoch, of whole years in which the column was filled."""
    shares = {}
    for name, of_column in columns.items():
        begun = int(BY_NAME[name].since[:4] or 0)
        by_epoch = [
            round(of_column["missing_by_year"][str(max(epoch, begun + 1))][0], 4)
            for epoch in EPOCHS
        ]
        if any(by_epoch):
            shares[name] = by_epoch
    return shares


def _overall(of_column: Profile) -> list[float]:
    quantiles = of_column["credit_history_months_at_issue_uniform"]
    return [quantiles[q] for q in _QUANTILES]


def _correlations(spearman: Profile) -> dict[str, Any]:
    """Return Pearson correlations of the normal scores behind rank correlations."""
    kept = [i for i, name in enumerate(spearman["columns"]) if name not in _OUTCOMES]
    ranks = np.array(spearman["matrix"], np.float64)[np.ix_(kept, kept)]
    scores = _nearest_correlation(2 * np.sin(np.pi / 6 * ranks))
    lower = [[round(float(r), 3) for r in row[: i + 1]] for i, row in enumerate(scores)]
    return {"columns": [spearman["columns"][i] for i in kept], "lower": lower}


def _nearest_correlation(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lift eigenvalues to at least 0.01 and scale back to a unit diagonal."""
    values, vectors = np.linalg.eigh(matrix)
    lifted = (vectors * np.maximum(values, 0.01)) @ vectors.T
    scale = np.sqrt(np.diag(lifted))
    return lifted / np.outer(scale, scale)


def _volumes(by_month: Mapping[str, float]) -> dict[str, Any]:
    """Return shares of loans by month of 2007 to 2018, smoothed: small years have empty months."""
    months = [f"{year}-{month:02d}" for year in range(2007, 2019) for month in range(1, 13)]
    months = months[months.index(_FIRST_MONTH) :]
    shares = np.array([by_month.get(month, 0.0) for month in months])
    padded = np.pad(shares, _SMOOTHING_MONTHS // 2, mode="edge")
    smooth = np.convolve(padded, np.full(_SMOOTHING_MONTHS, 1 / _SMOOTHING_MONTHS), mode="valid")
    return {"first": months[0], "shares": [round(float(s), 6) for s in smooth / smooth.sum()]}


def _rates(profile: Profile) -> dict[str, list[float]]:
    """Return interest rates by year in the order of the sub-grades, gaps filled from neighbours."""
    early = profile["int_rate_by_sub_grade_year_median_validmind"]
    late = profile["int_rate_by_sub_grade_year_median_wide"]
    ranks = np.arange(len(SUB_GRADES))
    rates = {}
    for year, known in sorted((late | early).items()):
        filled = [i for i in ranks if SUB_GRADES[i] in known]
        values = np.interp(ranks, filled, [known[SUB_GRADES[i]] for i in filled])
        rates[year] = [round(float(r), 2) for r in np.maximum.accumulate(values)]
    return rates


def _short(value: float) -> float:
    return float(f"{value:.5g}")


if __name__ == "__main__":
    source, folder = map(Path, sys.argv[1:])
    text = json.dumps(calibrate(json.loads(source.read_text())), separators=(",", ":"))
    (folder / FILE).write_text(text.replace('],"', '],\n"').replace('},"', '},\n"') + "\n")

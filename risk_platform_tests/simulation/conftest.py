"""Ordinary applications, drawn by the generator."""

import numpy as np
import pytest

from risk_platform.features.definitions import INPUT_COLUMNS, INPUTS
from risk_platform.features.parse import parse_columns
from risk_platform.simulation.applications import Applications, applications_of
from risk_platform.sources.generator.loans import draw_loans
from risk_platform.sources.generator.marginals import load_statistics

# June 2017: all columns are filled by then.
_MONTH = (2017 - 1970) * 12 + 5
LOANS = 1_500


def generated(loans: int, seed: int = 7) -> Applications:
    """Return applications of a month in which every column is filled."""
    dice = np.random.default_rng(seed)
    made = draw_loans(dice, 0, np.full(loans, _MONTH), load_statistics()).columns
    texts = {name: made[name].to_pylist() for name in INPUT_COLUMNS if name in made}
    records = [dict(zip(texts, row, strict=True)) for row in zip(*texts.values(), strict=True)]
    return applications_of(parse_columns(INPUTS, records))


@pytest.fixture(scope="session")
def pool() -> Applications:
    """Return ordinary applications."""
    return generated(LOANS)

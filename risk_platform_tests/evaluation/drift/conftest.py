"""What tests of false alarms and of power share: a stable quarter, real if it is at hand."""

import pytest

from risk_platform_tests.conftest import REAL_LOANS
from risk_platform_tests.evaluation.drift.stable_quarter import (
    REAL,
    Quarter,
    generated_quarter,
    real_quarter,
)


@pytest.fixture(scope="package")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Quarter:
    """Return the quarter of real loans, or of generated ones where there are none."""
    if (REAL_LOANS / REAL).is_file():
        return real_quarter(REAL_LOANS)
    return generated_quarter(tmp_path_factory.mktemp("generated"))

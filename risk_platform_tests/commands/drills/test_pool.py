"""The pool: ordinary applications are those of the loans that the champion learnt from."""

from pathlib import Path

import numpy as np
import pytest

from risk_platform.commands.drills.pool import read_pool
from risk_platform.errors.drills import NoOrdinaryApplicationsError
from risk_platform.settings import Settings
from risk_platform.simulation.applications import Applications, bodies, size_of, taken
from risk_platform_tests.commands.drills.tables import publish_split


def test_the_loans_of_training_are_the_pool(tmp_path: Path, pool: Applications) -> None:
    """All of them, where they are not too many; none of those that came later."""
    settings = Settings(home=tmp_path)
    is_train = np.arange(size_of(pool)) % 3 > 0
    splits = ["train" if one else "test" for one in is_train]
    publish_split(settings.tables_root, pool, splits)
    found = read_pool(settings, 7)
    assert bodies(found) == bodies(taken(pool, np.flatnonzero(is_train)))


def test_without_loans_of_training_it_is_said_what_to_do(
    tmp_path: Path, pool: Applications
) -> None:
    """Whether the table is missing, or holds none."""
    settings = Settings(home=tmp_path)
    with pytest.raises(NoOrdinaryApplicationsError, match="RISK_TABLES"):
        read_pool(settings, 7)
    publish_split(settings.tables_root, pool, ["unused"] * size_of(pool))
    with pytest.raises(NoOrdinaryApplicationsError, match="make demo"):
        read_pool(settings, 7)

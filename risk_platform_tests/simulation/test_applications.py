"""Applications: what is posted is what a loan's columns say, and nothing that a door refuses."""

import json

import numpy as np

from risk_platform.features.definitions import INPUT_COLUMNS, INPUTS
from risk_platform.features.parse import parse_columns
from risk_platform.simulation.applications import (
    Applications,
    applications_of,
    bodies,
    drawn,
    size_of,
)
from risk_platform_tests.simulation.conftest import LOANS
from serving.reading import read_application


def test_every_ordinary_application_is_taken(pool: Applications) -> None:
    """The service reads each of them: none would be refused at the door."""
    read = [read_application(body) for body in bodies(pool)]
    assert len(read) > 0.99 * LOANS


def test_what_is_posted_is_what_the_loan_says(pool: Applications) -> None:
    """Read again, the bodies are the very columns, months and gaps too."""
    records = [json.loads(body) for body in bodies(pool)]
    columns = parse_columns(INPUTS, records)
    again = applications_of(columns)
    for name in INPUT_COLUMNS:
        np.testing.assert_array_equal(again[name], pool[name], err_msg=name)


def test_what_a_client_could_not_send_is_left_out(pool: Applications) -> None:
    """A loan beyond the contract's ranges would be refused, and stand for no ordinary day."""
    columns = parse_columns(INPUTS, [json.loads(body) for body in bodies(pool)])
    amounts = np.array(columns["loan_amnt"], np.float64)
    amounts[0] = 50_000.0
    assert size_of(applications_of({**columns, "loan_amnt": amounts})) == size_of(pool) - 1


def test_applications_are_drawn_whole_and_by_the_dice(pool: Applications) -> None:
    """The same seed draws the same ones; each is one of the pool's, in all of its columns."""
    one, again, other = (bodies(drawn(pool, np.random.default_rng(seed), 50)) for seed in (1, 1, 2))
    assert one == again != other
    assert {*one} <= {*bodies(pool)}

"""A plan: many formulas in few steps, each to the bit what it is alone."""

import numpy as np
import pytest

from risk_platform.features.definitions import FEATURES, INPUTS, Kind
from risk_platform.features.formulas import Arithmetic, Rank, look_up, ratio, scaled, sum_of
from risk_platform.features.parse import parse_columns
from risk_platform.features.plan import Plan
from risk_platform.scoring.examples import example_columns
from risk_platform_tests.raw_loan import RAW_LOAN

NUMBERS = [feature.formula for feature in FEATURES if feature.kind is Kind.NUMBER]


def test_a_formula_gives_the_same_bits_alone_and_among_others() -> None:
    """Working out alike formulas in one go changes none of them."""
    together = Plan(NUMBERS).values(example_columns())
    alone = [Plan([formula]).values(example_columns())[0] for formula in NUMBERS]
    np.testing.assert_array_equal(together, np.array(alone))


def test_what_formulas_share_is_worked_out_once() -> None:
    """Two formulas over the same sum: it is added up a single time, of all loans at once."""
    calls: list[tuple[int, ...]] = []

    def counted(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        calls.append(left.shape)
        return left + right

    total = Arithmetic(counted, ("loan_amnt", "annual_inc"))
    values = Plan([scaled(total, 2.0), ratio("loan_amnt", total)]).values(
        {"loan_amnt": np.array([10.0, 20.0]), "annual_inc": np.array([30.0, np.nan])}
    )
    assert calls == [(1, 2)]
    np.testing.assert_array_equal(values, [[80.0, np.nan], [0.25, np.nan]])


def test_a_result_may_be_part_of_another() -> None:
    """Steps go from the shallow to the deep, whichever is asked for first."""
    inner = scaled("loan_amnt", 3.0)
    plan = Plan([sum_of(scaled(inner, 2.0), inner), inner])
    assert plan.values({"loan_amnt": np.array([1.0])}).tolist() == [[9.0], [3.0]]


def test_ranks_are_numbers_and_words_are_none() -> None:
    """A label outside the order is unknown; a table of words gives nothing to reckon with."""
    plan = Plan([Rank("grade", ("A", "B"))])
    found = plan.values({"grade": np.array(["B", "G", None], dtype=object)})
    np.testing.assert_array_equal(found, [[2.0, np.nan, np.nan]])
    with pytest.raises(TypeError, match="addr_state is no number"):
        Plan([look_up("addr_state", {"CA": "Pacific"})])


def test_a_plan_takes_no_loans() -> None:
    """An empty table stays one."""
    nobody = {name: values[:0] for name, values in parse_columns(INPUTS, [RAW_LOAN]).items()}
    assert Plan(NUMBERS).values(nobody).shape == (len(NUMBERS), 0)

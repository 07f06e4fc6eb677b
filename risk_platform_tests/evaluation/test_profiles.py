"""Profiles say what is in a segment, in numbers and in fixed words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_platform.contract.column import Timing
from risk_platform.evaluation.profiles import (
    ORDINARY,
    Loans,
    Profile,
    differences,
    names_of,
    profiles_of,
    rate_of,
    sentence,
)
from risk_platform.evaluation.segment_plots import choice_plot, default_rate_plot
from risk_platform.evaluation.traits import TRAIT_NAMES, TRAITS
from risk_platform.features.definitions import features_of

EVEN = dict.fromkeys(TRAIT_NAMES, 0.0)
MEDIANS = dict.fromkeys(TRAIT_NAMES, 10.0)
GAPS = st.fixed_dictionaries({name: st.floats(-3, 3) for name in TRAIT_NAMES})


def loans(size: int = 400) -> Loans:
    """Return loans of which the second half has far higher FICO, and none has ended."""
    rng = np.random.default_rng(3)
    traits = rng.normal(50, 1, (size, len(TRAITS)))
    fico = TRAIT_NAMES.index("fico_mid")
    traits[size // 2 :, fico] += 100
    unknown = np.full(size, np.nan)
    return Loans(
        traits=traits,
        scaled=(traits - traits.mean(axis=0)) / traits.std(axis=0),
        loan_usd=np.repeat([5_000.0, 9_000.0], size // 2),
        outcomes=np.tile(np.array([1, 0, 0, 0], np.int8), size // 4),
        lent_usd=unknown,
        lost_usd=unknown.copy(),
    )


def halves(size: int = 400) -> np.ndarray:
    """Return the segments of these loans: half and half."""
    return np.repeat([0, 1], size // 2)


def described(of: Loans) -> tuple[Profile, ...]:
    """Return the profiles of the two halves."""
    return profiles_of(of, halves(), ("low FICO", "high FICO"))


def test_traits_are_known_on_the_day_of_application() -> None:
    """Neither the lender's price nor an outcome tells borrowers apart."""
    assert set(TRAIT_NAMES) <= {f.name for f in features_of({Timing.APPLICATION})}


def test_a_profile_counts_loans_and_defaults() -> None:
    """Share, rate and medians are those of the segment alone."""
    low, high = described(loans())
    assert (low.number, low.name, low.loans, low.share) == (1, "low FICO", 200, 0.5)
    assert low.default_rate.value == 0.25
    assert (low.medians["loan_amnt"], high.medians["loan_amnt"]) == (5_000, 9_000)
    assert high.medians["fico_mid"] == pytest.approx(150, abs=1)
    assert high.differences["fico_mid"] == pytest.approx(1, abs=0.01)


def test_a_rate_has_wilsons_interval() -> None:
    """As in Newcombe, Two-sided confidence intervals, 1998, table I: 81 of 263, and 0 of 20."""
    assert rate_of(81, 263).low == pytest.approx(0.2553, abs=5e-5)
    assert rate_of(81, 263).high == pytest.approx(0.3662, abs=5e-5)
    assert (rate_of(0, 20).low, rate_of(0, 20).high) == (0, pytest.approx(0.1611, abs=5e-5))


def test_the_loss_rate_is_that_of_loans_that_have_ended() -> None:
    """What goes on counts neither above nor below the line; where none has ended there is none."""
    of = loans()
    of.lent_usd[:4], of.lost_usd[:4] = 1_000.0, [0.0, 0.0, 0.0, 600.0]
    low, high = described(of)
    assert (low.ended, low.loss_rate) == (4, 0.15)
    assert (high.ended, high.loss_rate) == (0, None)


def test_a_segment_without_loans_has_no_profile() -> None:
    """Its number is not given to another."""
    found = profiles_of(loans(), 2 * halves(), ("a", "b", "c"))
    assert [profile.number for profile in found] == [1, 3]


def test_the_sentence_tells_the_largest_differences_with_both_medians() -> None:
    """In the order of their size, in fixed words."""
    differ = EVEN | {"fico_mid": 0.9, "open_acc": -0.3, "credit_age_months": 0.6}
    assert sentence(differ, MEDIANS, MEDIANS | {"fico_mid": 8.0}) == (
        "Far higher FICO (10 against 8 of all), longer credit history (10 months against 10 months"
        " of all), somewhat fewer open accounts (10 against 10 of all)."
    )


def test_small_differences_are_not_made_much_of() -> None:
    """A segment that is like all others is said to be."""
    assert sentence(EVEN | {"fico_mid": 0.19}, MEDIANS, MEDIANS) == (
        "Like all borrowers taken together."
    )
    assert names_of([EVEN]) == (ORDINARY,)


def test_segments_are_named_by_what_sets_them_apart_most() -> None:
    """Two words, and more only where two segments would be called alike."""
    one = EVEN | {"fico_mid": 0.9, "open_acc": -0.8}
    other = one | {"household_income_usd": 0.5}
    assert names_of([one, EVEN, other]) == (
        "high FICO, few accounts",
        ORDINARY,
        "high FICO, few accounts, high income",
    )


@given(st.lists(GAPS, min_size=1, max_size=7))
def test_no_two_segments_are_called_alike(told_apart: list[dict[str, float]]) -> None:
    """Whatever their differences, and though they were the same."""
    names = names_of([*told_apart, told_apart[0], told_apart[0]])
    assert len({*names}) == len(names)
    assert all(names)


def test_differences_are_in_deviations_of_all() -> None:
    """A trait in which nobody differs sets nobody apart."""
    scaled = np.zeros((400, len(TRAITS)))
    scaled[200:, 0] = 2.0
    low, high = differences(scaled, halves(), 2)
    assert (low[TRAIT_NAMES[0]], high[TRAIT_NAMES[0]]) == (-1, 1)
    assert low[TRAIT_NAMES[1]] == 0


def test_what_nobody_is_known_to_have_is_left_out() -> None:
    """Of a trait that is unknown throughout there is neither a median nor a word."""
    of = loans()
    of.traits[:200, TRAIT_NAMES.index("fico_mid")] = np.nan
    low, _ = described(of)
    assert "fico_mid" not in low.medians
    assert "FICO" not in low.about


def test_segments_are_drawn() -> None:
    """The choice of their number, and their default rates."""
    curve = choice_plot({3: 0.27, 4: 0.26}, "silhouette", 3)
    rates = default_rate_plot(described(loans()))
    assert curve.axes[0].get_title(loc="left") == "silhouette by number of segments"
    assert [t.get_text() for t in rates.axes[0].get_yticklabels()] == ["1 low FICO", "2 high FICO"]

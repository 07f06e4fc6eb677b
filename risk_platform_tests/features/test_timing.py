"""No feature can be made of what comes to be known after the decision."""

import pytest

from risk_platform.contract.column import Timing
from risk_platform.contract.columns import BY_NAME, LOANS
from risk_platform.errors.features import LateFeatureError
from risk_platform.features.build import feature_values
from risk_platform.features.definitions import FEATURES, INPUT_COLUMNS, Feature, features_of
from risk_platform.features.formulas import ratio
from risk_platform.scoring.examples import example_columns

LATE = tuple(of.name for of in LOANS if of.known is Timing.OUTCOME)
FILED = tuple(of.name for of in LOANS if of.known is Timing.METADATA and of.name != "issue_d")


@pytest.mark.parametrize("source", LATE + FILED)
def test_a_feature_of_a_late_column_cannot_be_built(source: str) -> None:
    """The sentence names it, whichever of the outcome columns it is."""
    with pytest.raises(LateFeatureError, match=f"feature leak reads {source}: known after"):
        Feature(name="leak", about="A leak", formula=source, sources=(source,))


def test_a_ratio_hides_no_outcome() -> None:
    """One late source among honest ones is enough."""
    formula = ratio("total_rec_prncp", "loan_amnt")
    sources = ("total_rec_prncp", "loan_amnt")
    with pytest.raises(LateFeatureError, match="reads total_rec_prncp: known"):
        Feature(name="repaid", about="Share repaid", formula=formula, sources=sources)


@pytest.mark.parametrize("source", ["recoveries", "last_fico_range_high", "loan_status"])
def test_a_formula_that_conceals_its_source_finds_nothing(source: str) -> None:
    """Features are handed the columns that they name, and no outcome is among them."""
    sly = Feature(name="sly", about="A leak", formula=source, sources=("dti",))
    with pytest.raises(KeyError, match=source):
        feature_values(sly, example_columns())


def test_no_column_that_features_are_handed_is_late() -> None:
    """Whatever a formula does, it is done with these."""
    assert set(INPUT_COLUMNS).isdisjoint(LATE)


def test_a_model_reads_by_timing_alone() -> None:
    """Without price it gets nothing of which any source is the lender's."""
    blind = features_of({Timing.APPLICATION})
    sources = {BY_NAME[source].known for feature in blind for source in feature.sources}
    assert sources <= {Timing.APPLICATION, Timing.METADATA}
    assert features_of({Timing.OUTCOME}) == ()
    assert features_of({Timing.APPLICATION, Timing.PRICING}) == FEATURES

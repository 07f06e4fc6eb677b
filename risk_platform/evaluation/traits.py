"""Traits: by what borrowers are told apart into segments, and the words for it.

Six features that describe a borrower on the day of application: what comes in, what it carries,
and how credit was used so far. What is asked for now (amount, term, purpose) describes the loan,
and the price is the lender's view: neither is here, so that segments are the same whichever columns
a protocol lets models read. Features with many zeros are left out, as a distribution that holds
nothing else has no width.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """One feature of a borrower.

    Parameters
    ----------
    name
        The feature.
    noun, shown
        What it is called, and how a value of it is written.
    low, high
        What a segment is called whose borrowers have little or much of it.
    less, more
        The comparatives.
    is_log
        Whether its logarithm counts: amounts and counts are skewed.
    """

    name: str
    noun: str
    shown: str
    low: str
    high: str
    less: str = "lower"
    more: str = "higher"
    is_log: bool = False


# fmt: off
TRAITS = (
    Trait(name="household_income_usd", noun="income", shown="{:,.0f} USD", low="low income", high="high income", is_log=True),  # noqa: E501 - one line a trait
    Trait(name="household_dti_pct", noun="debt to income", shown="{:.1f} %", low="light debt", high="heavy debt"),  # noqa: E501
    Trait(name="fico_mid", noun="FICO", shown="{:.0f}", low="low FICO", high="high FICO"),
    Trait(name="credit_age_months", noun="credit history", shown="{:.0f} months", low="short history", high="long history", less="shorter", more="longer", is_log=True),  # noqa: E501
    Trait(name="revol_util", noun="utilisation of revolving credit", shown="{:.0f} %", low="low utilisation", high="high utilisation"),  # noqa: E501
    Trait(name="open_acc", noun="open accounts", shown="{:.0f}", low="few accounts", high="many accounts", less="fewer", more="more", is_log=True),  # noqa: E501
)
# fmt: on
TRAIT_NAMES = tuple(trait.name for trait in TRAITS)

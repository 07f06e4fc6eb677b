"""Limits: from where on a distance matters, and how many loans it takes to say so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What counts as drift.

    Parameters
    ----------
    loans
        Fewest loans of a window by which an input is suspected.
    significance
        Largest probability, for all inputs together, that counts as no chance.
    ks, psi
        Smallest distance that matters: of what has an order, and of what has none.
    share
        Largest share of confirmed inputs, weighted by importance, that is no reason to stop.
    gross_loans
        Fewest loans by which an input is gross, or all scores are equal. By Massart's bound some of
        twenty inputs of so many loans reach ``gross_ks`` by chance in one of 10¹⁴ windows.
    gross_score_loans, gross_score_psi
        Fewest loans, and the PSI of PDs from which on they are of another population.
    gross_inputs
        So many inputs, the most important ones, are looked at one by one.
    gross_ks, gross_missing, gross_outside
        Of one of them: the KS, the rise of the share that is not known, and the share beyond what
        training saw, from which on that is gross.
    gross_equal
        Share of equal scores above which the model is no longer asked what it was asked.
    """

    loans: int = 2_000
    significance: float = 0.001
    ks: float = 0.08
    psi: float = 0.1
    share: float = 0.01
    gross_loans: int = 200
    gross_score_loans: int = 500
    gross_score_psi: float = 0.25
    gross_inputs: int = 20
    gross_ks: float = 0.3
    gross_missing: float = 0.3
    gross_outside: float = 0.05
    gross_equal: float = 0.99


USUAL = Limits()

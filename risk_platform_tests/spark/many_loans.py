"""Raw loans of many incomes and three purposes."""

import numpy as np

LOANS = 3_000
INCOMES = np.random.default_rng(7).lognormal(11, 0.6, LOANS).round(2)
PURPOSES = ("small_business", "car", "house")


def raw_loans() -> list[dict[str, str]]:
    """Return loans of many incomes; ``dti`` lacks in 1 % of them, ``revol_util`` in a bit more."""
    return [
        {
            "id": str(number),
            "annual_inc": str(income),
            "purpose": PURPOSES[number % 3],
            "dti": "" if number < LOANS // 100 else "15.5",
            "revol_util": "" if number <= LOANS // 100 else "45.2",
        }
        for number, income in enumerate(INCOMES)
    ]

"""A process that searches parameters: run as a program by the test that kills it.

``python -m … FOLDER TRIALS`` says each trial as it begins.
"""

import sys
from pathlib import Path

import numpy as np

from risk_platform.training.inputs import Inputs
from risk_platform.training.tuned import Budget, Search, Tuned
from risk_platform.training.tuning import tune

NAMES = ("fico_mid", "annual_inc", "loan_amnt")


def loans(seed: int, number: int = 1_500) -> Inputs:
    """Draw loans of one split: two features matter, the third does not."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(number, len(NAMES)))
    risk = 1 / (1 + np.exp(1.5 + features[:, 0] + 0.5 * features[:, 1]))
    return Inputs(
        names=NAMES,
        categories=(),
        features=features,
        outcomes=(rng.random(number) < risk).astype(np.int8),
        issued=552 + np.arange(number) % 6,
        sub_grade=np.ones(number),
    )


TRAIN, VALIDATION = loans(1), loans(2, 600)


def search(folder: Path, trials: int, minutes: float = 10, protocol: str = "window12") -> Search:
    """Return a search with these limits."""
    return Search(protocol=protocol, folder=folder, budget=Budget(trials=trials, minutes=minutes))


def searched(folder: Path, trials: int, minutes: float = 10) -> Tuned:
    """Search the parameters for the drawn loans."""
    return tune(TRAIN, VALIDATION, search(folder, trials, minutes))


def say(what: str) -> None:
    """Tell the test."""
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _, place, number = sys.argv
    tune(TRAIN, VALIDATION, search(Path(place), int(number)), say)

"""The card: what a model says of itself, as it travels with it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from risk_platform.scoring.model import Family


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a model says of itself.

    Parameters
    ----------
    name, protocol
        The registered name, and the label of the protocol it was trained and judged by.
    family
        Kind of model.
    features
        Names of the model inputs in the order that it reads them.
    contract
        Digest of the contract of columns that it was trained on.
    created_at
        Time of training, ISO 8601, UTC.
    run_id, made_by
        The Dagster run that made it, and who ran that.
    metrics
        Figure to value, on the test split.
    winsorized
        Feature to the lower and upper quantile of the training split at which it is cut.
    golden
        Example to the PD that the model gave it when it was made; NaN never occurs.
    """

    name: str
    protocol: str
    family: Family
    features: tuple[str, ...]
    contract: str
    created_at: str
    run_id: str
    made_by: str
    metrics: Mapping[str, float]
    winsorized: Mapping[str, tuple[float, float]]
    golden: Mapping[str, float]

    def to_json(self) -> str:
        """Return the card as JSON."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Card":
        """Read what ``to_json`` wrote."""
        data = json.loads(text)
        winsorized = {name: (low, high) for name, (low, high) in data["winsorized"].items()}
        read = {
            "family": Family(data["family"]),
            "features": tuple(data["features"]),
            "winsorized": winsorized,
        }
        return cls(**data | read)

"""What the features learnt from the training split: bounds, medians and categories."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from risk_platform.features.winsorize import Bounds


@dataclass(frozen=True, slots=True)
class FeatureState:
    """The learnt part of the features; Spark learns it, ``build_features`` applies it.

    Parameters
    ----------
    bounds
        Number feature to where it is winsorised, and at which quantiles of the training split. A
        feature that is not here is not winsorised.
    medians
        Number feature to its median, for those that training (nearly) always knew. A model has
        not learnt what their absence means, so that they count as usual where they are unknown;
        a feature that is not here stays unknown, and the model knows what to make of that.
    categories
        Category feature to the labels seen in training; a label's code is its position.
    """

    bounds: Mapping[str, Bounds]
    medians: Mapping[str, float]
    categories: Mapping[str, tuple[str, ...]]

    def to_json(self) -> str:
        """Return the state as JSON, the same text for the same state."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @property
    def digest(self) -> str:
        """SHA-256 of the state, in hex."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> "FeatureState":
        """Read what ``to_json`` wrote."""
        data = json.loads(text)
        return cls(
            bounds={name: Bounds(**bounds) for name, bounds in data["bounds"].items()},
            medians=data["medians"],
            categories={name: tuple(labels) for name, labels in data["categories"].items()},
        )

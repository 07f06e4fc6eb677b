"""Models as they are handed over: which version leads, and a version that is ready to score."""

from dataclasses import dataclass

from risk_platform.scoring.bundle import ModelBundle


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A model that was checked and is ready to score."""

    bundle: ModelBundle
    version: int
    digest: str

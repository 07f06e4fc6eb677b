"""Errors of features: what a model must not be made of."""

from risk_platform.errors.base import RiskPlatformError


class LateFeatureError(RiskPlatformError):
    """A feature reads columns that are not known when the lender decides."""

    def __init__(self, feature: str, sources: tuple[str, ...]) -> None:
        super().__init__(feature, sources)

    def __str__(self) -> str:
        """Name the feature and its late sources."""
        feature, sources = self.args
        return f"feature {feature} reads {', '.join(sources)}: known after the decision, if ever"

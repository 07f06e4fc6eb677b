"""The candidates: which fitted models are judged side by side; one joins by its asset's name."""

CANDIDATES: tuple[str, ...] = ("model_lightgbm",)
# The one that is registered.
CHAMPION = "model_lightgbm"

"""The candidates: which fitted models are judged side by side; one joins by its asset's name."""

CANDIDATES: tuple[str, ...] = (
    "model_lightgbm",
    "model_logistic_regression",
    "model_random_forest",
    "model_gbt",
    "model_mlp",
)
# The one whose parameters are searched.
SEARCHED = "model_lightgbm"

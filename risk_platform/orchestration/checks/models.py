"""Models: something was learnt, by more than one feature."""

import dagster as dg

from risk_platform.training.fitted import Fitted

# A model that hangs on one feature by more than this share of its gain is a rule, or a leak.
MOST_GAIN = 0.9


@dg.asset_check(asset="model_lightgbm", blocking=True)
def model_learnt_from_several_features(model_lightgbm: Fitted) -> dg.AssetCheckResult:
    """The booster has trees that split, and no feature alone makes up its gain."""
    total = sum(model_lightgbm.importance.values())
    feature, gain = max(model_lightgbm.importance.items(), key=lambda item: item[1])
    share = gain / total if total else 0.0
    return dg.AssetCheckResult(
        passed=0 < share <= MOST_GAIN,
        metadata={
            "trees": model_lightgbm.rounds,
            "features_used": sum(gain > 0 for gain in model_lightgbm.importance.values()),
            "best_feature": feature,
            "share_of_gain": share,
            "limit": MOST_GAIN,
        },
    )

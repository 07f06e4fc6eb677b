"""MLflow's own form of a booster: ``mlflow_model.py BOOSTER FOLDER``."""

import sys

import lightgbm as lgb
import mlflow.lightgbm

if __name__ == "__main__":
    mlflow.lightgbm.save_model(lgb.Booster(model_file=sys.argv[1]), sys.argv[2])

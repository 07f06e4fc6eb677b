"""Stored predictions of loans drawn here and now, whose truth is known."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from risk_platform.contract.predictions import SUB_GRADES

MODEL = "model_lightgbm"


def predicted(
    loans: int = 1_200,
    *,
    complete: float = 1.0,
    seed: int = 1,
    blur: float = 0.0,
    models: Sequence[str] = (MODEL,),
) -> pa.Table:
    """Return a table as ``model_predictions`` is: half validation of 2014, half test of 2015.

    Parameters
    ----------
    loans
        How many.
    complete
        Share of them whose money is complete.
    seed
        Of the draw.
    blur
        How far the models' log-odds are from the true ones.
    models
        Whose PDs it has, all the same.
    """
    rng = np.random.default_rng(seed)
    pd = rng.beta(2, 8, loans)
    outcome = rng.random(loans) < pd
    rank = np.clip(np.round(pd * 50 + rng.normal(0, 4, loans)), 1, 35).astype(int)
    is_test = np.arange(loans) >= loans // 2
    months = np.where(is_test, 540, 528) + np.arange(loans) % 12
    funded = rng.integers(20, 350, loans) * 100.0
    principal = np.where(outcome, np.round(funded * 0.3, 2), funded)
    recovered = np.where(outcome, np.round(funded * 0.1, 2), 0.0)
    odds = np.log(pd / (1 - pd)) + blur * rng.normal(size=loans)
    return pa.table(
        {
            "id": [str(number) for number in range(loans)],
            "issue_d": pa.array(months.astype("datetime64[M]").astype("datetime64[D]")),
            "grade": [SUB_GRADES[at - 1][0] for at in rank],
            "sub_grade": [SUB_GRADES[at - 1] for at in rank],
            "term": pa.array(np.where(np.arange(loans) % 3 > 0, 36, 60), pa.int32()),
            "loan_amnt": funded,
            "int_rate": 5.0 + rank * 0.7,
            "installment": funded / 30,
            "funded_amnt": funded,
            "total_pymnt": principal + recovered + np.round(funded * 0.1, 2),
            "total_rec_prncp": principal,
            "recoveries": recovered,
            "collection_recovery_fee": np.round(recovered * 0.2, 2),
            "sub_grade_rank": rank.astype(np.float64),
            "months_observed": pa.array(589 - months, pa.int32()),
            "is_complete": rng.random(loans) < complete,
            "split": np.where(is_test, "test", "validation"),
            "outcome": pa.array(outcome.astype(np.int8)),
            "segment": np.where(np.arange(loans) % 3 > 0, "1 high FICO", "2 low FICO"),
            **dict.fromkeys(models, 1 / (1 + np.exp(-odds))),
        }
    )

"""Ageing: how old cleaned loans were at their snapshot, and when those that defaulted did."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from risk_platform.contract.outcome import DEFAULT_AFTER_MONTHS, DEFAULT_STATUSES
from risk_platform.contract.vintages import month_name
from risk_platform.spark.clean import SNAPSHOT
from risk_platform.spark.outcomes import Floats, months_observed
from risk_platform.spark.partwise import PartFiles, read_batches
from risk_platform.spark.typed import months_of

_READ = [SNAPSHOT, "issue_d", "last_pymnt_d", "loan_status"]


Ages = tuple[Floats, Floats]
"""Months from each loan's issue to the snapshot, and its month of default, NaN where there is none.
"""


def ages_of(loans: pa.RecordBatch) -> Ages:
    """Return the age of each loan, and its month of default."""
    issued, paid = months_of(loans.column("issue_d")), months_of(loans.column("last_pymnt_d"))
    statuses = loans.column("loan_status").to_numpy(zero_copy_only=False).astype(str)
    month = np.where(np.isnan(paid), issued, paid) + DEFAULT_AFTER_MONTHS - issued
    defaulted = np.where(np.isin(statuses, DEFAULT_STATUSES), month, np.nan)
    return months_observed(loans), defaulted


def ages_by_quarter(cleaned: PartFiles) -> Iterator[tuple[str, Iterator[Ages]]]:
    """Yield each quarter of issue by its first day, in order, with its loans."""
    for part in sorted(cleaned.of):
        yield part, map(ages_of, read_batches(cleaned.of[part], _READ))


def newest_snapshot(cleaned: PartFiles) -> str:
    """Return the newest snapshot, ``YYYY-MM``; empty where there are no loans."""
    newest = [
        float(np.nanmax(months_of(batch.column(SNAPSHOT)), initial=-np.inf))
        for paths in cleaned.of.values()
        for batch in read_batches(paths, [SNAPSHOT])
        if batch.num_rows
    ]
    return month_name(int(max(newest))) if newest and np.isfinite(max(newest)) else ""

"""Ageing: months on book and of default are those of the contract's own definition."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from risk_platform.contract.outcome import Books, Window
from risk_platform.contract.vintages import months_since_1970
from risk_platform.spark.ageing import ages_by_quarter, ages_of, newest_snapshot
from risk_platform.spark.clean import SNAPSHOT
from risk_platform.spark.partwise import PartFiles

SNAPSHOT_DAY, ISSUED = date(2020, 9, 1), date(2018, 1, 1)
LOANS = (
    ("Fully Paid", date(2019, 5, 1)),
    ("Charged Off", date(2018, 6, 1)),
    ("Charged Off", None),
    ("Default", date(2019, 1, 1)),
    ("Current", date(2020, 8, 1)),
)


def batch() -> pa.RecordBatch:
    """Return loans of one month."""
    dates = pa.date32()
    return pa.RecordBatch.from_arrays(
        [
            pa.array([SNAPSHOT_DAY] * len(LOANS), dates),
            pa.array([ISSUED] * len(LOANS), dates),
            pa.array([paid for _, paid in LOANS], dates),
            pa.array([status for status, _ in LOANS]),
        ],
        names=[SNAPSHOT, "issue_d", "last_pymnt_d", "loan_status"],
    )


@pytest.mark.parametrize("months", [4, 9, 12, 16, 24, 32])
def test_who_defaulted_within_so_many_months_is_who_the_contract_says(months: int) -> None:
    """Loan by loan, by its own definition."""
    observed, defaulted = ages_of(batch())
    assert (observed == 32).all()
    for (status, paid), month in zip(LOANS, defaulted, strict=True):
        books = Books(
            status=status,
            issued=months_since_1970(ISSUED),
            last_paid=months_since_1970(paid) if paid else None,
            snapshot=months_since_1970(SNAPSHOT_DAY),
        )
        within = bool(not np.isnan(month) and month <= months)
        assert Window(months).outcome(books) == int(within)


def test_quarters_come_in_order_with_the_newest_snapshot(tmp_path: Path) -> None:
    """One that has no loans gives none."""
    paths: dict[str, list[str]] = {}
    for part in ("2018-04-01", "2018-01-01"):
        path = tmp_path / f"{part}.parquet"
        pq.write_table(pa.Table.from_batches([batch()]), path)
        paths[part] = [str(path)]
    files = PartFiles(paths)
    assert [part for part, _ in ages_by_quarter(files)] == ["2018-01-01", "2018-04-01"]
    assert newest_snapshot(files) == "2020-09"
    assert newest_snapshot(PartFiles({})) == ""

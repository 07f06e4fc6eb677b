"""Survey: what has to be known of all raw loans before any of them is cleaned.

The month that each file is as of, and the records that a newer row of the same loan replaces. Tasks
read four narrow columns and the identity of each record; what they find is put together by the
driver, some 24 bytes a loan.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import SparkSession

from risk_platform.contract.columns import BY_NAME, SOURCE_FILE, SOURCE_RECORD
from risk_platform.spark.clean import Snapshots, Superseded
from risk_platform.spark.partwise import PartFiles, over_parts, read_batches
from risk_platform.spark.typed import type_texts

# Of an extract's loans, at least this share was paid or looked at in the month of its snapshot.
SNAPSHOT_SHARE = 0.002
_SEEN = ("last_pymnt_d", "last_credit_pull_d", "issue_d")

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Met:
    """The raw loans of one file and one part.

    Parameters
    ----------
    file
        The source file.
    ids, records
        The number of each loan, and of its record in the file.
    seen
        Loans by the last month in which they were seen.
    """

    file: str
    ids: Integers
    records: Integers
    seen: Counter[date]


@dataclass(frozen=True, slots=True)
class Replaced:
    """Rows of a file that newer rows of the same loans replace.

    Parameters
    ----------
    file, by
        The source file, and the one that holds the rows which count; the same where a file names
        a loan twice.
    ids, records
        The numbers of the loans, and of the records in the file, each in order.
    """

    file: str
    by: str
    ids: Integers
    records: Integers


def survey(spark: SparkSession, raw: PartFiles) -> tuple[Snapshots, list[Replaced]]:
    """Return the snapshot of each source file, and the rows that newer ones replace."""
    met = [one for found in over_parts(spark, raw, meet).values() for one in found]
    snapshots = snapshot_months(met)
    return snapshots, replaced_rows(met, snapshots)


def meet(_part: str, paths: Sequence[str]) -> list[Met]:
    """Look at the loans of one part."""
    batches = read_batches(paths, [SOURCE_FILE, SOURCE_RECORD, "id", *_SEEN])
    return [_met(file, loans) for batch in batches for file, loans in _by_file(batch)]


def _by_file(loans: pa.RecordBatch) -> Iterator[tuple[str, pa.RecordBatch]]:
    files = loans.column(SOURCE_FILE)
    for file in pc.unique(files).to_pylist():
        yield file, loans.filter(pc.equal(files, file))


def _met(file: str, loans: pa.RecordBatch) -> Met:
    paid, pulled, issued = (type_texts(BY_NAME[n], loans.column(n)).values for n in _SEEN)
    months = pc.value_counts(pc.coalesce(pc.max_element_wise(paid, pulled), issued)).to_pylist()
    return Met(
        file=file,
        # Landing lets in no id that is not a number of this size.
        ids=pc.cast(pc.utf8_trim(loans.column("id"), " "), pa.int64()).to_numpy(),
        records=loans.column(SOURCE_RECORD).to_numpy(),
        seen=Counter({month["values"]: month["counts"] for month in months}),
    )


def snapshot_months(met: Iterable[Met]) -> Snapshots:
    """Return each source file's snapshot: the month of its latest payment or credit pull.

    A month counts as seen when it is the latest of at least ``SNAPSHOT_SHARE`` of the file's
    loans, and of two: a single mistyped date must not make every loan of a file look long
    observed. A file without either date is as of its latest month of issue, so that nothing counts
    as observed.
    """
    by_file: dict[str, Counter[date]] = {}
    for one in met:
        by_file.setdefault(one.file, Counter()).update(one.seen)
    return {file: _snapshot(months) for file, months in by_file.items()}


def _snapshot(loans: Mapping[date, int]) -> date:
    enough = max(2, SNAPSHOT_SHARE * sum(loans.values()))
    return max([month for month, count in loans.items() if count >= enough] or loans)


def replaced_rows(met: Sequence[Met], snapshots: Snapshots) -> list[Replaced]:
    """Find the rows that are not the newest of their ``id``.

    Of several, the one of the newest snapshot counts, of its last file, and its last record.
    """
    # Files in order of what counts: the later one wins.
    files = sorted(snapshots, key=lambda file: (snapshots[file], file))
    ids = np.concatenate([one.ids for one in met] or [np.empty(0, np.int64)])
    records = np.concatenate([one.records for one in met] or [np.empty(0, np.int64)])
    ranks = np.repeat([files.index(one.file) for one in met], [len(one.ids) for one in met])
    order = np.lexsort((records, ranks, ids))
    in_order = ids[order]
    is_older = np.append(in_order[:-1] == in_order[1:], np.zeros(min(1, len(ids)), bool))
    older = order[is_older]
    newest = order[np.searchsorted(in_order, ids[older], side="right") - 1]
    pairs = np.stack((ranks[older], ranks[newest]), axis=1)
    return [
        Replaced(
            file=files[rank],
            by=files[by],
            ids=np.sort(ids[older[is_pair]]),
            records=np.sort(records[older[is_pair]]),
        )
        for rank, by in np.unique(pairs, axis=0).tolist()
        for is_pair in [(pairs == (rank, by)).all(axis=1)]
    ]


def superseded_records(replaced: Iterable[Replaced]) -> Superseded:
    """Return the records of each file that are replaced, in order."""
    records: dict[str, Integers] = {}
    for one in replaced:
        before = records.get(one.file, np.empty(0, np.int64))
        records[one.file] = np.sort(np.concatenate((before, one.records)))
    return records

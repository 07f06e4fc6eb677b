"""Parts: raw loans written by quarter of issue, a Parquet file for each file and quarter."""

from collections import Counter, defaultdict
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from risk_platform.contract.vintages import ISSUE_QUARTER

# Loans of a quarter are kept back until they make a group worth its overhead, unless loans of all
# quarters together take too much memory, about 1.3 kB each.
GROUP_ROWS, KEPT_ROWS = 32_768, 131_072


class QuarterFiles:
    """Parquet files below ``issue_quarter=…`` folders, one a quarter.

    Parameters
    ----------
    folder
        Folder of the table.
    name
        Name of the file in each quarter's folder.
    schema
        Of the rows.
    """

    def __init__(self, folder: Path, name: str, schema: pa.Schema) -> None:
        self._folder, self._name, self._schema = folder, name, schema
        self._kept_back: defaultdict[str, list[pa.RecordBatch]] = defaultdict(list)
        self._kept_rows: Counter[str] = Counter()
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._opened = ExitStack()

    def write(self, rows: pa.RecordBatch, quarters: pa.Array) -> None:
        """Write rows, each to its quarter."""
        codes = pc.dictionary_encode(quarters)
        if len(codes.dictionary) > 1:
            order = pc.sort_indices(codes.indices)
            rows, codes = rows.take(order), codes.take(order)
        counts = pc.value_counts(codes.indices)
        start = 0
        for code, count in zip(
            counts.field(0).to_pylist(), counts.field(1).to_pylist(), strict=True
        ):
            self._keep(codes.dictionary[code].as_py(), rows.slice(start, count))
            start += count

    def _keep(self, quarter: str, rows: pa.RecordBatch) -> None:
        self._kept_back[quarter].append(rows)
        self._kept_rows[quarter] += len(rows)
        if self._kept_rows[quarter] >= GROUP_ROWS:
            self._flush(quarter)
        elif self._kept_rows.total() >= KEPT_ROWS:
            self._flush(max(self._kept_rows, key=self._kept_rows.__getitem__))

    def _flush(self, quarter: str) -> None:
        rows = pa.Table.from_batches(self._kept_back.pop(quarter), self._schema)
        del self._kept_rows[quarter]
        self._writer(quarter).write_table(rows, row_group_size=len(rows))

    def _writer(self, quarter: str) -> pq.ParquetWriter:
        if quarter not in self._writers:
            folder = self._folder / f"{ISSUE_QUARTER}={quarter}"
            folder.mkdir(exist_ok=True)
            writer = pq.ParquetWriter(
                folder / self._name,
                self._schema,
                compression="zstd",
                # Raw text is read as a whole, and a dictionary pays for columns of few texts only.
                write_statistics=False,
                dictionary_pagesize_limit=2**16,
            )
            self._writers[quarter] = self._opened.enter_context(writer)
        return self._writers[quarter]

    def close(self) -> None:
        """Write what was kept back, and end every file."""
        with self._opened:
            for quarter in list(self._kept_back):
                self._flush(quarter)

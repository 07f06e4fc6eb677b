"""Floor: DuckDB casting a raw file to the contract's types and writing it, and nothing else."""

from pathlib import Path

import duckdb

from risk_platform.contract.column import DType
from risk_platform.contract.columns import LOANS
from risk_platform.contract.layouts import LAYOUT_2020

_CASTS = {
    DType.FLOAT: "try_cast({} AS DOUBLE)",
    DType.PERCENT: "try_cast(rtrim({}, '%') AS DOUBLE)",
    DType.INTEGER: "try_cast(try_cast({} AS DOUBLE) AS BIGINT)",
    DType.TERM: "try_cast(regexp_extract({}, '[0-9]+') AS INTEGER)",
    DType.EMP_LENGTH: "try_cast(regexp_extract(replace({}, '< 1', '0'), '[0-9]+') AS INTEGER)",
    DType.MONTH: "try_strptime({}, '%b-%Y')::DATE",
    DType.LABEL: "{}",
    DType.TEXT: "{}",
}


def scan(csv: Path, skip: int, rejects: str) -> str:
    """Return what reads a raw file of 2020 as text, given what is done with rejected lines."""
    columns = "{" + ", ".join(f"'{name or 'index'}': 'VARCHAR'" for name in LAYOUT_2020) + "}"
    # Its usual limit of a line is 2 MB.
    return (
        f"read_csv('{csv}', columns = {columns}, auto_detect = false, delim = ',', quote = '\"',"
        f" escape = '\"', header = false, skip = {skip}, max_line_size = 8000000, {rejects} = true)"
    )


def cast_and_write(csv: Path, table: Path) -> None:
    """Cast a generated raw file, which has a note above its header, and write it as Parquet."""
    cells = {
        c.name: _CASTS[c.dtype].format(f'"{c.name}"') if c.name in LAYOUT_2020 else "NULL::VARCHAR"
        for c in LOANS
    }
    cells |= {"source_file": f"'{csv.name}'", "snapshot_d": "DATE '2020-09-01'"}
    columns = ", ".join(f'{cell} AS "{name}"' for name, cell in cells.items())
    raw = scan(csv, 2, "ignore_errors")
    rows = f"SELECT {columns} FROM {raw} WHERE issue_d IS NOT NULL"
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"COPY ({rows}) TO '{table}' (FORMAT parquet, COMPRESSION zstd)")

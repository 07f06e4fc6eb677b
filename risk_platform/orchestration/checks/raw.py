"""Raw loans: what a source has lost or sent twice, which no single loan shows."""

from collections.abc import Iterator, Mapping

import dagster as dg

from risk_platform.contract.judgement import tolerated
from risk_platform.contract.sentences import hole_in_words, repeats_in_words
from risk_platform.contract.volumes import SMALLEST_SHARE, holes
from risk_platform.orchestration.findings import in_short
from risk_platform.orchestration.resources import Inspection
from risk_platform.spark.tally import Repeated, repeats
from risk_platform.store.tables import TableStore

_ERROR, _WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN
RAW = dg.AssetKey("raw_loans")
# A few repeated loans are superseded by their last record; more say that a file was put together
# wrongly. No file of the real loans repeats one.
MAY_BE_REPEATED = 0.01


@dg.multi_asset_check(
    name="contract_of_raw_loans",
    specs=[
        dg.AssetCheckSpec(
            "no_vintage_has_a_hole",
            asset=RAW,
            blocking=True,
            description="No quarter of issue has far fewer loans than those before and after it.",
        ),
        dg.AssetCheckSpec(
            "files_name_each_loan_once",
            asset=RAW,
            blocking=True,
            description="A file holds hardly any loan twice.",
        ),
    ],
)
def contract_of_raw_loans(
    inspection: Inspection, store: dg.ResourceParam[TableStore]
) -> Iterator[dg.AssetCheckResult]:
    """Judge the raw files by what they hold together."""
    parts = store.current(RAW.path[-1]).parts
    yield volumes_have_no_hole({part: sum(f.rows for f in files) for part, files in parts.items()})
    with inspection.open(store, RAW.path[-1]) as query:
        yield files_repeat_nothing(repeats(query))


def volumes_have_no_hole(loans: Mapping[str, int]) -> dg.AssetCheckResult:
    """Judge the loans of each quarter of issue against those of the quarters beside it."""
    found = holes(loans)
    rows = [
        dg.TableRecord({"vintage": hole.vintage, "loans": hole.loans, "beside": hole.beside})
        for hole in found
    ]
    return dg.AssetCheckResult(
        asset_key=RAW,
        check_name="no_vintage_has_a_hole",
        passed=not found,
        severity=_WARN if all(hole.is_wide for hole in found) else _ERROR,
        description=in_short(map(hole_in_words, found)),
        metadata={
            "volumes": dg.MetadataValue.json(dict(sorted(loans.items()))),
            "smallest_share": SMALLEST_SHARE,
            **({"holes": dg.MetadataValue.table(rows)} if rows else {}),
        },
    )


def files_repeat_nothing(counts: Mapping[str, Repeated]) -> dg.AssetCheckResult:
    """Judge each file by its rows and its ids."""
    repeated = {file: c.rows - c.ids for file, c in counts.items() if c.rows > c.ids}
    many = any(
        rows > tolerated(counts[file].rows, MAY_BE_REPEATED) for file, rows in repeated.items()
    )
    said = [
        repeats_in_words(file, rows, counts[file].rows, counts[file].sample_ids)
        for file, rows in repeated.items()
    ]
    samples = {file: list(counts[file].sample_ids) for file in repeated}
    return dg.AssetCheckResult(
        asset_key=RAW,
        check_name="files_name_each_loan_once",
        passed=not repeated,
        severity=_ERROR if many else _WARN,
        description=in_short(said),
        metadata={
            "repeated": dg.MetadataValue.json(repeated),
            "sample_ids": dg.MetadataValue.json(samples),
            "limit": MAY_BE_REPEATED,
        },
    )

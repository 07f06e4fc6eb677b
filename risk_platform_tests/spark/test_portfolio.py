"""Portfolios: a loan's score in bulk is the one that it has alone, to the bit."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from risk_platform.contract.columns import SOURCE_RECORD
from risk_platform.features.definitions import INPUTS
from risk_platform.features.parse import parse_columns
from risk_platform.scoring.bundle import read_bundle, write_bundle
from risk_platform.scoring.bundle_files import verified_texts
from risk_platform.scoring.points import band, points
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.portfolio import PortfolioModel, score_loans
from risk_platform_tests.bundles import small_bundle
from risk_platform_tests.spark.many_loans import raw_loans

Maker = Callable[[Sequence[Mapping[str, str]]], PartFiles]


def test_each_loan_has_the_score_that_it_has_alone(
    spark: SparkSession, raw_parts: Maker, tmp_path: Path
) -> None:
    """PD, points, band and segment, and which model said so, of every landed loan once."""
    digest = write_bundle(tmp_path, small_bundle())
    model = PortfolioModel(version=3, digest=digest, texts=verified_texts(tmp_path))
    landed = raw_parts(raw_loans())
    scored = score_loans(landed.read(spark), model).orderBy(SOURCE_RECORD).toArrow().to_pylist()
    bundle = read_bundle(tmp_path)
    raw = [row for path in landed.paths for row in pq.read_table(path).to_pylist()]
    assert [row[SOURCE_RECORD] for row in scored] == [row[SOURCE_RECORD] for row in raw]
    for row, record in zip(scored, raw, strict=True):
        pds, places = bundle.assess(parse_columns(INPUTS, [record]))
        assert row["pd"] == pds[0]
        assert (row["points"], row["band"]) == (points(pds[0]), band(points(pds[0])))
        assert (row["segment"], row["segment_name"]) == (
            places[0] + 1,
            bundle.segments.names[places[0]],
        )
        assert (row["id"], row["model_version"], row["model_digest"]) == (record["id"], 3, digest)

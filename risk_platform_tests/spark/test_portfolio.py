"""Portfolios: a loan's score in bulk is the one that it has alone, to the bit."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from risk_platform.contract.columns import SOURCE_RECORD
from risk_platform.features.definitions import INPUTS
from risk_platform.features.parse import parse_value
from risk_platform.scoring.bundle import read_bundle, write_bundle
from risk_platform.scoring.bundle_files import verified_texts
from risk_platform.scoring.score import score_applications
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.portfolio import PortfolioModel, score_loans
from risk_platform_tests.bundles import small_bundle
from risk_platform_tests.spark.many_loans import raw_loans

Maker = Callable[[Sequence[Mapping[str, str]]], PartFiles]


def test_each_loan_has_the_score_that_it_has_alone(
    spark: SparkSession, raw_parts: Maker, tmp_path: Path
) -> None:
    """PD, verdict, reasons and all else, and which model said so, of every landed loan once."""
    digest = write_bundle(tmp_path, small_bundle())
    model = PortfolioModel(version=3, digest=digest, texts=verified_texts(tmp_path))
    landed = raw_parts(raw_loans())
    scored = score_loans(landed.read(spark), model).orderBy(SOURCE_RECORD).toArrow().to_pylist()
    bundle = read_bundle(tmp_path)
    raw = [row for path in landed.paths for row in pq.read_table(path).to_pylist()]
    assert [row[SOURCE_RECORD] for row in scored] == [row[SOURCE_RECORD] for row in raw]
    for row, record in zip(scored, raw, strict=True):
        given = {of.name: parse_value(of, record[of.name]) for of in INPUTS}
        (alone,) = score_applications(bundle, [given], 0, [False])
        assert row["reasons"] == [reason.code for reason in alone.reasons]
        for name in ("pd", "points", "band", "verdict", "policy", "too_little_known", "segment"):
            assert row[name] == getattr(alone, name)
        assert row["segment_name"] == alone.segment_name
        assert (row["id"], row["model_version"], row["model_digest"]) == (record["id"], 3, digest)

"""Score: portfolios of any size through the champion's bundle, every record accounted for."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow.dataset as pa_dataset
from pyspark.sql import SparkSession
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from risk_platform.commands.portfolio import FileScores, Portfolio, Summary, key_of
from risk_platform.commands.progress import progress_bar
from risk_platform.commands.session import spark_session
from risk_platform.errors.portfolios import LostLoansError
from risk_platform.errors.sources import ChangedSourceError
from risk_platform.handover.models.promotions import Promotions
from risk_platform.handover.models.registry import Registry
from risk_platform.handover.models.trial import try_out
from risk_platform.scoring.bundle_files import bundle_digest, verified_texts
from risk_platform.settings import Settings
from risk_platform.sources.digest import file_digest
from risk_platform.sources.files import find_files
from risk_platform.sources.landing import land
from risk_platform.sources.raw_file import RawFile
from risk_platform.spark.headway import watched
from risk_platform.spark.portfolio import PortfolioModel, score_loans
from risk_platform.store.disk import spark_path


def run(
    settings: Settings, sources: Sequence[str], out: Path, version: int | None, console: Console
) -> int:
    """Score all loans of some raw files, and return the exit code.

    Parameters
    ----------
    settings
        Of the platform.
    sources
        Files, folders or globs, as a source of raw loans is named.
    out
        Folder of the scores; what is done there is not done again.
    version
        Of the model; the champion's where it is ``None``.
    console
        Where to print.

    Raises
    ------
    RegistryError, BundleError
        There is no such model, or it did not pass its trial.
    SourceError
        A file is missing, empty, damaged or no table of loans; those before it are done.
    PortfolioError
        The folder is another model's or in use, or not every record was accounted for.
    """
    model = fetch_model(settings, version)
    files = [raw for source in sources for raw in find_files(source, settings.source_encoding)]
    portfolio = Portfolio(out.expanduser().resolve(), model.version, model.digest)
    with portfolio.opened():
        digests = {raw: file_digest(raw.path) for raw in files}
        left = {r: sha for r, sha in digests.items() if not portfolio.done(key_of(r, sha))}
        if left:
            with spark_session(settings) as spark, progress_bar(console) as progress:
                scoring = _Scoring(spark, model, portfolio, progress)
                for raw, sha256 in progress.track(left.items(), description="files"):
                    scoring.score(raw, sha256)
    console.print(_table(portfolio.summary()))
    return 0


def fetch_model(settings: Settings, version: int | None) -> PortfolioModel:
    """Fetch a version, or the champion as the record has it, and try it out."""
    with tempfile.TemporaryDirectory() as scratch:
        if version is None:
            promotions = Promotions.of(settings)
            leader = promotions.leader()
            fetched, number = promotions.fetch(leader, Path(scratch)), leader.version
        else:
            fetched, number = Registry.of(settings).fetch(version, Path(scratch)), version
        try_out(fetched, number)
        return PortfolioModel(
            version=number, digest=bundle_digest(fetched), texts=verified_texts(fetched)
        )


class _Scoring:
    """Raw files on their way to scores."""

    def __init__(
        self,
        spark: SparkSession,
        model: PortfolioModel,
        portfolio: Portfolio,
        progress: Progress,
    ) -> None:
        self._spark, self._model, self._portfolio = spark, model, portfolio
        self._progress = progress

    def score(self, raw: RawFile, sha256: str) -> None:
        """Score a file of this digest."""
        with self._portfolio.filling() as (loans, scores, quarantine):
            report = self._fill(raw, loans, scores, quarantine)
            if report.sha256 != sha256:
                raise ChangedSourceError(raw.name)
            self._portfolio.finish(key_of(raw, sha256), report)

    def _fill(self, raw: RawFile, loans: Path, scores: Path, quarantine: Path) -> FileScores:
        """Land a file and score what landed."""
        with self._step(f"{raw.name}: records read") as told:
            (landed,) = land([raw], loans, quarantine, lambda _, records: told(records, None))
        with (
            self._step(f"{raw.name}: parts of {landed.loans:,} scored") as told,
            watched(self._spark, told),
        ):
            paths = [spark_path(str(path)) for path in loans.rglob("*.parquet")]
            score_loans(self._spark.read.parquet(*paths), self._model).write.parquet(
                spark_path(str(scores))
            )
        report = FileScores(
            file=landed.file,
            sha256=landed.sha256,
            records=landed.recounted,
            scored=pa_dataset.dataset(scores).count_rows(),
            quarantined=landed.quarantined,
            no_loan=landed.no_loan,
        )
        if report.accounted != report.records:
            raise LostLoansError(report.file, report.records, report.accounted)
        return report

    @contextmanager
    def _step(self, what: str) -> Iterator[Callable[[int, int | None], None]]:
        """Show a line of its own while the block runs; give what moves it on."""
        task = self._progress.add_task(what, total=None)
        try:
            yield lambda done, of: self._progress.update(task, completed=done, total=of)
        finally:
            self._progress.remove_task(task)


def _table(summary: Summary) -> Table:
    table = Table(
        title=f"Scored by version {summary.model_version} ({summary.model_digest[:12]})",
        title_justify="left",
    )
    for heading in ("file", "read", "scored", "set aside", "no loan"):
        table.add_column(heading, justify="left" if heading == "file" else "right")
    for one in summary.files:
        aside, none = sum(one.quarantined.values()), sum(one.no_loan.values())
        table.add_row(one.file, f"{one.records:,}", f"{one.scored:,}", f"{aside:,}", f"{none:,}")
    table.add_section()
    sums = (summary.records, summary.scored, summary.quarantined, summary.no_loan)
    table.add_row("all", *(f"{count:,}" for count in sums))
    return table

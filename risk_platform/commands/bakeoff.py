"""The bake-off: one recipe under every protocol, in one table, beside what others published."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from pyspark.sql import SparkSession
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from risk_platform.commands.home import open_instance
from risk_platform.commands.materialise import execute, raise_if_failed
from risk_platform.commands.session import spark_session
from risk_platform.contract.protocols import PROTOCOLS, Protocol, Published, plan_splits
from risk_platform.contract.splits import Split
from risk_platform.errors.protocols import ProtocolError, UnknownProtocolError
from risk_platform.evaluation.league import Entry, Unworkable
from risk_platform.features.winsorize import NUMBER_NAMES, winsorize
from risk_platform.settings import Settings
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.split import observed_volumes
from risk_platform.store.tables import TableStore
from risk_platform.training.bakeoff import Kitchen, enter

HEADINGS = (
    "protocol",
    "loans",
    "months",
    "open",
    "AUC (95 %)",
    "known",
    "KS",
    "known",
    "grade",
)
CAPTION = (
    "Of the test split; rows do not compare with one another. months: the youngest loan was seen"
    " so long. open: share of the vintages' loans whose outcome is not known. known: what others"
    " published, of all of LendingClub's loans. grade: AUC of sub_grade."
)
CLEANING = ("raw_loans", "quarantined_loans", "cleaned_loans")


def run(settings: Settings, names: Sequence[str], console: Console) -> int:
    """Clean the loans, run the recipe under each protocol that is named, and print the league.

    Parameters
    ----------
    settings
        Of the platform; their split dates are given to the protocols that divide by time.
    names
        Of the protocols; all where none is named.
    console
        Where to print.

    Raises
    ------
    ProtocolError
        There is no such protocol; or the dates fit none of those that are named.
    RunFailedError
        The loans cannot be landed or cleaned.
    """
    protocols = chosen(names, settings.split_dates)
    with open_instance(settings) as instance:
        raise_if_failed(execute(settings, instance, console, CLEANING))
    with spark_session(settings) as spark, tempfile.TemporaryDirectory(dir=settings.root) as folder:
        found = list(_contest(spark, settings, protocols, Path(folder), console))
    source = settings.source or f"{settings.loans:,} generated loans, seed {settings.seed}"
    console.print(league(found, source))
    for note in notes(found):
        console.print(note, highlight=False)
    too_good = [*incredible(found)]
    for sentence in too_good:
        console.print(sentence, highlight=False, style="bold red")
    return int(bool(too_good))


def chosen(names: Sequence[str], dates: str) -> list[Protocol]:
    """Return the protocols of these names, or all, with other dates where they can have them.

    Raises
    ------
    ProtocolError
        There is no such protocol; or none that is named can have the dates.
    """
    for name in names:
        if name not in PROTOCOLS:
            raise UnknownProtocolError(name, tuple(PROTOCOLS))
    asked = [PROTOCOLS[name] for name in names] or list(PROTOCOLS.values())
    return [protocol.with_dates(dates) for protocol in asked] if names else _dated(asked, dates)


def _dated(protocols: Sequence[Protocol], dates: str) -> list[Protocol]:
    """Give dates to each protocol of all that can have them; the others keep their own."""
    dated: list[Protocol] = []
    refused: list[ProtocolError] = []
    for protocol in protocols:
        try:
            dated.append(protocol.with_dates(dates))
        except ProtocolError as error:
            refused.append(error)
            dated.append(protocol)
    if refused and len(refused) == len(protocols):
        raise refused[0]
    return dated


def _contest(
    spark: SparkSession,
    settings: Settings,
    protocols: Sequence[Protocol],
    scratch: Path,
    console: Console,
) -> Iterator[Entry | Unworkable]:
    cleaned = PartFiles(TableStore(settings.tables_root).local_parts("cleaned_loans"))
    volumes = observed_volumes(spark, cleaned)
    cuts = winsorize(NUMBER_NAMES, settings.winsorize_lower, settings.winsorize_upper)
    kitchen = Kitchen(spark, cuts, scratch)
    for protocol in protocols:
        with console.status(f"protocol {protocol.label}"):
            try:
                plan = plan_splits(protocol, volumes)
                yield enter(kitchen, cleaned, protocol, plan)
            except ProtocolError as error:
                yield Unworkable(protocol=protocol, why=str(error))


def league(found: Sequence[Entry | Unworkable], source: str) -> Table:
    """Return the table of what was found: each row stands for itself."""
    table = Table(
        title=f"One recipe under each protocol, on {source}",
        title_justify="left",
        caption=CAPTION,
        caption_justify="left",
        box=SIMPLE,
    )
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "protocol" else "right")
    for entry in found:
        match entry:
            case Unworkable():
                table.add_row(entry.protocol.name, *["-"] * (len(HEADINGS) - 1))
            case Entry():
                table.add_row(*_row(entry))
    return table


def notes(found: Sequence[Entry | Unworkable]) -> Iterator[str]:
    """Yield what must be said beside the table: other dates, warnings, and what cannot be done."""
    for entry in found:
        protocol = entry.protocol
        if isinstance(entry, Unworkable):
            yield f"{protocol.name}: {entry.why}."
        elif protocol.overridden or protocol.warning:
            said = [str(protocol.division)] if protocol.overridden else []
            yield f"{protocol.name}: {'; '.join([*said, *filter(None, [protocol.warning])])}."


def incredible(found: Sequence[Entry | Unworkable]) -> Iterator[str]:
    """Yield what is wrong with figures that no honest model reaches."""
    for entry in found:
        area = entry.report.auc.value if isinstance(entry, Entry) else 0.0
        if area > (most := entry.protocol.credible_auc):
            yield (
                f"{entry.protocol.name}: an AUC of {area:.3f} is more than is credible"
                f" ({most:.2f}): some input has seen the outcome."
            )


def _row(entry: Entry) -> Iterator[str]:
    report, published = entry.report, entry.protocol.published
    volume = entry.plan.volumes[Split.TEST]
    yield entry.protocol.name + ("*" if entry.protocol.overridden else "")
    yield f"{entry.loans:,}"
    yield str(volume.months_observed)
    yield f"{volume.share_open:.0%}"
    yield f"{report.auc.value:.3f} ({report.auc.low:.3f}-{report.auc.high:.3f})"
    yield _of(published, "auc")
    yield f"{report.ks.value:.3f}"
    yield _of(published, "ks")
    yield f"{report.sub_grade_auc.value:.3f}"


def _of(published: Published | None, name: str) -> str:
    figure = getattr(published, name, None)
    return f"{figure:.3f}" if figure else "-"

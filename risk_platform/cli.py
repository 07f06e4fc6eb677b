"""The command line: ``risk-platform …``, each command a thin door to the code that does it."""

import errno
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress

from risk_platform.commands import groups
from risk_platform.errors.base import RiskPlatformError
from risk_platform.errors.running import UnwritableFolderError
from risk_platform.settings import LOOPBACK, Settings

app = typer.Typer(
    name="risk-platform",
    help="Credit risk from raw LendingClub loans to a scored application.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
console = Console()
# What a disk says that is full, or lets nobody write: whoever runs a command can mend that.
_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES}
for group in (groups.gate, groups.log, groups.keys):
    app.add_typer(group)


@app.command()
def demo(
    source: Annotated[str, typer.Option(help="Raw files: a file, a folder or a glob.")] = "",
    loans: Annotated[
        int, typer.Option(min=0, help="Loans to generate where no source is named; 0: the setting.")
    ] = 0,
    protocol: Annotated[str, typer.Option(help="Rules by which models are judged.")] = "",
    split_dates: Annotated[
        str, typer.Option(help="First months of validation and test: 2014-09,2014-12.")
    ] = "",
) -> None:
    """Materialise everything, start the API, score three applications, and stop."""
    from risk_platform.commands import demo as command  # noqa: PLC0415 - spares others Dagster

    settings = Settings()
    chosen = {
        "source": source or settings.source,
        "loans": loans or settings.loans,
        "protocol": protocol or settings.protocol,
        "split_dates": split_dates or settings.split_dates,
    }
    raise typer.Exit(command.run(settings.model_copy(update=chosen), console))


@app.command()
def check(
    source: Annotated[str, typer.Option(help="Raw files: a file, a folder or a glob.")] = "",
) -> None:
    """Land and clean raw files and judge them by the contract; exit 1 where they break it."""
    from risk_platform.commands import check as command  # noqa: PLC0415 - spares others Dagster

    settings = Settings()
    chosen = settings.model_copy(update={"source": source or settings.source})
    raise typer.Exit(command.run(chosen, console))


@app.command()
def bakeoff(
    protocol: Annotated[
        list[str] | None, typer.Option(help="Protocol to follow; may be given again. All if none.")
    ] = None,
    source: Annotated[str, typer.Option(help="Raw files: a file, a folder or a glob.")] = "",
    split_dates: Annotated[
        str, typer.Option(help="First months of validation and test: 2014-09,2014-12.")
    ] = "",
) -> None:
    """Run the champion's recipe under each protocol, beside what others have published."""
    from risk_platform.commands import bakeoff as command  # noqa: PLC0415 - spares others Dagster

    settings = Settings()
    given = {
        "source": source or settings.source,
        "split_dates": split_dates or settings.split_dates,
    }
    chosen = settings.model_copy(update=given)
    raise typer.Exit(command.run(chosen, protocol or [], console))


By = Annotated[str, typer.Option("--as", help="Who decides.")]
Reason = Annotated[str, typer.Option(help="Why: it is recorded.")]


@app.command()
def approve(
    version: Annotated[int, typer.Argument(min=1, help="The version that passed the gate.")],
    by: By,
    reason: Reason,
) -> None:
    """Let a proposed model lead; somebody else than who made and proposed it decides."""
    from risk_platform.commands import promote as command  # noqa: PLC0415 - spares others MLflow

    raise typer.Exit(command.approve(Settings(), version, by, reason, console))


@app.command()
def rollback(
    by: By,
    reason: Reason,
    to: Annotated[
        int | None, typer.Option(min=1, help="A version that led before; the last one if none.")
    ] = None,
) -> None:
    """Let a model lead again that led before."""
    from risk_platform.commands import promote as command  # noqa: PLC0415 - spares others MLflow

    raise typer.Exit(command.roll_back(Settings(), to, by, reason, console))


@app.command()
def champions() -> None:
    """Show which versions led, by whom and why; exit 1 where the registry disagrees."""
    from risk_platform.commands import promote as command  # noqa: PLC0415 - spares others MLflow

    raise typer.Exit(command.show(Settings(), console))


@app.command()
def score(
    files: Annotated[list[str], typer.Argument(help="Raw files: files, folders or globs.")],
    out: Annotated[Path, typer.Option(help="Folder of the scores; go on with what is there.")],
    version: Annotated[
        int | None, typer.Option(min=1, help="Version to score with; the champion if none.")
    ] = None,
) -> None:
    """Score files of loans of any size with the champion, and account for every record."""
    from risk_platform.commands import score as command  # noqa: PLC0415 - spares others Spark

    raise typer.Exit(command.run(Settings(), files, out, version, console))


ScenarioName = Annotated[str, typer.Argument(help="Name of a scenario; --list shows them.")]
Every = Annotated[bool, typer.Option("--all", help="All scenarios, one after the other.")]
Listed = Annotated[bool, typer.Option("--list", help="Show the scenarios, and do none.")]
Url = Annotated[str, typer.Option(help="Address of the scoring service; the settings' if none.")]
PerSecond = Annotated[
    float, typer.Option(min=1, max=1_000, help="How many applications are sent in a second.")
]
Clients = Annotated[
    int, typer.Option(min=5, max=50, help="How many clients send them, each by a key of its own.")
]
Most = Annotated[
    int, typer.Option(min=0, help="Bad applications of a scenario at most; 0: its own number.")
]
Patience = Annotated[
    float, typer.Option(min=0, help="Seconds that a stop is waited for after the last of them.")
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed sends the same applications.")]
ResultFile = Annotated[Path | None, typer.Option(help="File of the results; one in the home.")]


@app.command()
def simulate(  # noqa: PLR0913, PLR0917 - each is an option that a person may give
    scenario: ScenarioName = "",
    every: Every = False,
    listed: Listed = False,
    url: Url = "",
    per_second: PerSecond = 100.0,
    clients: Clients = 6,
    most: Most = 0,
    patience: Patience = 60.0,
    seed: Seed = 7,
    out: ResultFile = None,
) -> None:
    """Put a running platform through black swans, and tell how it fared; exit 1 where it failed."""
    if listed:
        from risk_platform.commands.drills.shown import scenarios_table  # noqa: PLC0415

        console.print(scenarios_table())
        return
    if bool(scenario) == every:
        raise typer.BadParameter("give the name of a scenario, or --all; --list shows the names")
    from risk_platform.commands import simulate as command  # noqa: PLC0415 - spares others PyArrow
    from risk_platform.simulation.scenarios import LEAGUE  # noqa: PLC0415

    chosen = command.Chosen(
        url=url,
        per_second=per_second,
        clients=clients,
        seed=seed,
        most=most,
        patience_seconds=patience,
        out=out,
    )
    names = [*LEAGUE] if every else [scenario]
    raise typer.Exit(command.run(Settings(), names, chosen, console))


ServiceName = Annotated[
    str,
    typer.Argument(
        help="code, dagster, viewer, daemon, mlflow, exporter, api, tower, spark-master or "
        "spark-worker."
    ),
]
ListeningHost = Annotated[
    str,
    typer.Option(help="Where it listens; another than loopback only where nobody else is."),
]


@app.command()
def serve(name: ServiceName, host: ListeningHost = LOOPBACK) -> None:
    """Run one of the services alone, as a container does."""
    from risk_platform.commands import serve as command  # noqa: PLC0415
    from risk_platform.commands.services import SERVICES  # noqa: PLC0415

    if name not in SERVICES:
        raise typer.BadParameter(f"there is no service {name!r}: give one of {', '.join(SERVICES)}")
    command.run(Settings(), name, host)


@app.command()
def mcp(url: Url = "") -> None:
    """Let an assistant ask the scoring service, over standard input and output (MCP)."""
    from risk_platform.commands.mcp import server  # noqa: PLC0415 - spares others that package

    settings = Settings()
    if sys.stdin.isatty():
        said = "An assistant's program is expected to start this: docs/security.md says how."
        Console(stderr=True).print(said)
    server.run(settings, url or settings.api_url)


@app.command()
def up() -> None:
    """Keep Dagster, MLflow, the API, the control tower and the exporter running until Ctrl-C."""
    from risk_platform.commands import up as command  # noqa: PLC0415

    raise typer.Exit(command.run(Settings(), console))


@app.command()
def doctor() -> None:
    """Check Java, memory, disk, ports and stores, and say how to mend what is amiss."""
    from risk_platform.commands import doctor as command  # noqa: PLC0415

    raise typer.Exit(command.run(Settings(), console))


@app.command()
def generate(
    out: Annotated[Path, typer.Option(help="Folder to write into.")],
    loans: Annotated[int, typer.Option(min=1, help="Number of loans.")] = 60_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same loans.")] = 7,
    with_truth: Annotated[bool, typer.Option(help="Write each loan's true PD beside.")] = False,
) -> None:
    """Write loans in the shape of LendingClub's raw file of 2020."""
    from risk_platform.sources.generator.generate import generate as write  # noqa: PLC0415

    with Progress(console=console) as progress:
        task = progress.add_task("Generating loans", total=loans)
        try:
            made = write(
                loans,
                seed,
                out,
                with_truth=with_truth,
                progress=lambda done: progress.update(task, completed=done),
            )
        except OSError as error:
            raise UnwritableFolderError(out, error.strerror) from error
    console.print(f"{made.loans:,} loans in {made.csv}")


@app.command()
def columns() -> None:
    """Print the contract of the columns as the page docs/columns.md."""
    from risk_platform.contract.document import render_columns  # noqa: PLC0415

    typer.echo(render_columns(), nl=False)


def main() -> None:
    """Run the command line; a failure that we foresee is one sentence, not a traceback."""
    try:
        app()
    except RiskPlatformError as error:
        console.print(str(error), style="red", markup=False)
        raise SystemExit(1) from error
    except OSError as error:
        if error.errno not in _OF_THE_DISK:
            raise
        said = f"{error.filename or 'the disk'}: {error.strerror}; `risk-platform doctor` says more"
        console.print(said, style="red", markup=False)
        raise SystemExit(1) from error
    except ValidationError as error:
        for fault in error.errors():
            name = "_".join(str(part) for part in fault["loc"]).upper()
            console.print(f"[red]RISK_{name}: {fault['msg']}[/red]")
        raise SystemExit(1) from error

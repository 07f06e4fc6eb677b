"""The progress bar that all long commands show: what is at work, how much is done, since when."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)


def progress_bar(console: Console) -> Progress:
    """Return the bar; what is at work is shown to the letter, brackets too."""
    return Progress(
        TextColumn("{task.description:<44}", style="bold", markup=False),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )

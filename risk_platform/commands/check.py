"""Check: whether raw files keep the contract, for whoever delivers them and for CI."""

from collections.abc import Sequence

import dagster as dg
from rich.console import Console
from rich.table import Table

from risk_platform.commands.home import open_instance
from risk_platform.commands.materialise import execute, raise_if_failed
from risk_platform.orchestration.findings import is_broken
from risk_platform.settings import Settings

ASSETS = ("raw_loans", "quarantined_loans", "cleaned_loans")


def run(settings: Settings, console: Console) -> int:
    """Land and clean the raw loans, judge them, and show every check.

    Raises
    ------
    RunFailedError
        The contract is broken, or the files cannot be read.
    """
    with open_instance(settings) as instance:
        result = execute(settings, instance, console, ASSETS)
    console.print(_table(result.get_asset_check_evaluations()))
    raise_if_failed(result)
    return 0


def _table(checks: Sequence[dg.AssetCheckEvaluation]) -> Table:
    table = Table(title="The contract", title_justify="left")
    for heading in ("table", "check", "", "found"):
        table.add_column(heading, overflow="fold")
    for check in checks:
        verdict = "holds" if check.passed else "broken" if is_broken(check) else "warning"
        table.add_row(
            check.asset_key.to_user_string(), check.check_name, verdict, check.description or ""
        )
    return table

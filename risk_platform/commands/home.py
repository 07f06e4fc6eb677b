"""Dagster's home: made below the platform's own, so that nobody has to set it."""

import os
from pathlib import Path

import dagster as dg

from risk_platform.settings import Settings

PROJECT = Path(__file__).parents[2]
_CONFIGURATION = PROJECT / "dagster.yaml"


def prepare_home(settings: Settings) -> Path:
    """Make Dagster's home with the project's ``dagster.yaml``, and point the environment at it."""
    home = settings.root / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    configured = home / "dagster.yaml"
    text = _CONFIGURATION.read_text()
    if not configured.exists() or configured.read_text() != text:
        configured.write_text(text)
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """Open the instance that the UI and the daemon use too."""
    prepare_home(settings)
    return dg.DagsterInstance.get()

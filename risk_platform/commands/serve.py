"""Serve: one of the services alone, as a container runs it; its process takes our place."""

import os
from typing import NoReturn

from risk_platform.commands.home import prepare_home
from risk_platform.commands.services import service
from risk_platform.settings import Settings


def run(settings: Settings, name: str, host: str) -> NoReturn:
    """Become a service, so that signals and exit code are its own.

    Parameters
    ----------
    settings, name
        Of the platform; which service.
    host
        Where it listens; whoever reaches that reaches all that Dagster and MLflow do.
    """
    chosen = service(settings, name, host)
    prepare_home(settings)
    environment = os.environ | {"RISK_HOME": str(settings.root)} | dict(chosen.environment)
    os.execve(chosen.command[0], list(chosen.command), environment)  # noqa: S606 - no shell is wanted

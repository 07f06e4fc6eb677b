"""Errors of applications: bodies that are no JSON, and JSON that is no application."""

from collections.abc import Sequence
from typing import NamedTuple

from risk_platform.errors.base import RiskPlatformError


class Fault(NamedTuple):
    """What is wrong at one place: never what stood there.

    Parameters
    ----------
    pointer
        The place as a JSON pointer (RFC 6901): ``/annual_inc``, ``/applications/3/dti``; empty:
        the whole body.
    detail
        What was expected.
    """

    pointer: str
    detail: str


class ApplicationError(RiskPlatformError):
    """A body that holds no application.

    Parameters
    ----------
    detail
        What is wrong, in a sentence.
    faults
        Where, for the first of them.
    """

    def __init__(self, detail: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(detail, tuple(faults))

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Where something is wrong."""
        return self.args[1]

    def __str__(self) -> str:
        """Say what is wrong."""
        return self.args[0]


class MalformedBodyError(ApplicationError):
    """A body that is no JSON, or JSON that two readers would read differently."""


class InvalidApplicationError(ApplicationError):
    """JSON that is no application of the contract."""

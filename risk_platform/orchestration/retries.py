"""Retries: what may pass by itself is tried again; what cannot, fails at once.

Dagster's ``retry_policy=`` repeats a step after any error, after Ctrl-C and after an order to end
too. So the policy is applied here, at the one edge at which assets meet files and services.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import httpx
import sqlalchemy.exc

from risk_platform.errors.models import UnreachableRegistryError
from risk_platform.store.disk_errors import is_refusal, line_errors

ON_IO = dg.RetryPolicy(
    max_retries=3, delay=2, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)
# A full disk, a share or a store that is away, a database that is busy or starts anew.
PASSING = (
    OSError,
    httpx.TransportError,
    sqlalchemy.exc.OperationalError,
    UnreachableRegistryError,
)


Executing = dg.AssetExecutionContext | dg.AssetCheckExecutionContext
Context = Executing | dg.OutputContext | dg.InputContext


@contextmanager
def retried_io(context: Context, policy: dg.RetryPolicy = ON_IO) -> Iterator[None]:
    """Have the step tried again after an error of the block that may pass by itself."""
    try:
        yield
    except (*PASSING, *line_errors()) as error:
        if is_refusal(error):
            raise
        wait = policy.calculate_delay(_attempts_before(context) + 1)
        raise dg.RetryRequested(policy.max_retries, wait) from error


def _attempts_before(context: Context) -> int:
    if isinstance(context, Executing):
        return context.retry_number
    return context.step_context.previous_attempt_count

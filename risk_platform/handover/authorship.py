"""Who decided, and why: nothing is decided by hand without both."""

from risk_platform.errors.models import MissingReasonError


def demand_author(by: str, reason: str) -> None:
    """Refuse what is decided by nobody or for no reason.

    Raises
    ------
    MissingReasonError
        Either is blank.
    """
    if not by.strip() or not reason.strip():
        raise MissingReasonError

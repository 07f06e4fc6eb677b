"""What roles of PostgreSQL may do: the scoring service adds decisions, the sealer adds seals.

Neither can change what it wrote. The service moves the gate too, as it stops itself where a lease
ends, and people stop it and resume through its routes; each event of that is sealed. Making keys,
legal holds, purging and bringing the tables up to date are done under another name.
"""

from collections.abc import Sequence

from risk_platform.handover.tables import CHAINED

_SERVICE = (
    "SELECT, INSERT ON decisions, gate_events",
    "SELECT, UPDATE ON gate",
    "SELECT ON holds, purges, drift, seals, api_keys, api_secrets, alembic_version",
)
_SEALER = (
    "SELECT, INSERT ON seals",
    # A lock on the gate asks for the right to update some column of it; of its id nothing can be
    # made but 1.
    "SELECT, UPDATE (id) ON gate",
    f"SELECT ON {', '.join(table.name for table in CHAINED.values())}, alembic_version",
)


def grants_for_service(role: str) -> tuple[str, ...]:
    """Return the statements that give a role of PostgreSQL what the service needs, and no more.

    Parameters
    ----------
    role
        Its name; quoted here.
    """
    return _grants(_SERVICE, role)


def grants_for_sealer(role: str) -> tuple[str, ...]:
    """Return the statements that give a role what the sealer needs; as ``grants_for_service``."""
    return _grants(_SEALER, role)


def _grants(rights: Sequence[str], role: str) -> tuple[str, ...]:
    quoted = '"' + role.replace('"', '""') + '"'
    return tuple(f"GRANT {right} TO {quoted}" for right in rights)

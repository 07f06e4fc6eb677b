"""What the scoring service may do in PostgreSQL: add decisions, and read.

It cannot change what it wrote. Sealing, purging, moving the gate and making keys are done under
another name.
"""

# FOR SHARE on the gate asks for the right to update some column of it; of its id nothing can be
# made but 1.
_RIGHTS = (
    "SELECT, INSERT ON decisions",
    "SELECT, UPDATE (id) ON gate",
    "SELECT ON gate_events, holds, purges, drift, seals, api_keys, api_secrets, alembic_version",
)


def grants_for_service(role: str) -> tuple[str, ...]:
    """Return the statements that give a role of PostgreSQL what the service needs, and no more.

    Parameters
    ----------
    role
        Its name; quoted here.
    """
    quoted = '"' + role.replace('"', '""') + '"'
    return tuple(f"GRANT {rights} TO {quoted}" for rights in _RIGHTS)

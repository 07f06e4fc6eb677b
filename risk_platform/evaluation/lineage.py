"""Lineage as plain data: from which version of which asset a figure came."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One asset as it was last made.

    Parameters
    ----------
    asset
        Its name.
    version
        Dagster's data version.
    content
        Digest of what was published; empty where none was recorded.
    code
        Version of the code that made it.
    run_id, made_at
        The run, and the time, ISO 8601, UTC.
    files
        The raw files that it was read from; empty for what was made from other assets.
    """

    asset: str
    version: str
    content: str
    code: str
    run_id: str
    made_at: str
    files: tuple[str, ...] = ()

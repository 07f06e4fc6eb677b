"""Spark's master: whether the one that the settings name can be asked for work."""

import re
import socket

PATIENCE_SECONDS = 3.0


def silent_masters(master: str) -> list[str]:
    """Return those of a standalone cluster's masters that nobody answers for.

    Parameters
    ----------
    master
        ``spark://host:port``, further ones behind commas; of any other master nothing is asked.
    """
    if not master.startswith("spark://"):
        return []
    addresses = re.findall(r"([^/:,]+):(\d+)", master)
    return [f"{host}:{port}" for host, port in addresses if not _answers(host, int(port))]


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=PATIENCE_SECONDS):
            return True
    except OSError:
        return False

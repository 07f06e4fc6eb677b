"""Ports: whether one is free, what speaks against it where not, and one that is."""

import errno
import socket
from types import MappingProxyType

import psutil

_WHY = MappingProxyType(
    {
        errno.EADDRNOTAVAIL: "at no address of this machine (RISK_HOST)",
        errno.EACCES: "for the administrator alone",
    }
)


def is_free(host: str, port: int) -> bool:
    """Whether a service could listen there now."""
    return not why_not(host, port)


def why_not(host: str, port: int) -> str:
    """Say what the port is, so that no service could listen there now; nothing where one could."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        return "at a name that leads to no machine (RISK_HOST)"
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            return _WHY.get(error.errno or 0) or f"taken by {_who_listens(port)}"
    return ""


def free_port(host: str, preferred: int) -> int:
    """Return the preferred port, or one that the system picks where that is taken or 0."""
    if preferred and is_free(host, preferred):
        return preferred
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _who_listens(port: int) -> str:
    """Name the program, as far as its owner, or the system, lets us know it."""
    try:
        for place in psutil.net_connections("tcp"):
            if place.status != psutil.CONN_LISTEN or not place.laddr or not place.pid:
                continue
            if place.laddr.port == port:
                return f"{psutil.Process(place.pid).name()}, process {place.pid}"
    except psutil.Error:
        pass
    return "another program"

"""Ports: taken or free."""

import socket

from risk_platform.commands.ports import free_port, is_free

HOST = "127.0.0.1"


def test_a_port_that_is_listened_on_is_not_free() -> None:
    """Whoever is there first keeps it."""
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        assert not is_free(HOST, port)
        assert free_port(HOST, port) != port
    assert is_free(HOST, port)


def test_a_free_port_is_preferred() -> None:
    """What was asked for is what is given, where it can be."""
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
    assert free_port(HOST, port) == port

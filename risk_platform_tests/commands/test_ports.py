"""Ports: taken or free."""

import os
import socket

from risk_platform.commands.ports import free_port, is_free, why_not

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


def test_who_listens_is_named() -> None:
    """One need not look for the program that is to be ended."""
    with socket.create_server((HOST, 0)) as other:
        why = why_not(HOST, other.getsockname()[1])
    assert why.startswith("taken by python")
    assert why.endswith(f"process {os.getpid()}")


def test_an_address_of_another_machine_is_no_taken_port() -> None:
    """It is the address that is to be changed; 192.0.2.0/24 is nobody's."""
    assert why_not("192.0.2.1", 8_000) == "at no address of this machine (RISK_HOST)"
    assert why_not("nowhere.invalid", 8_000) == "at a name that leads to no machine (RISK_HOST)"


def test_the_newer_loopback_is_an_address_too() -> None:
    """A port of it that is free is free."""
    assert why_not("::1", free_port(HOST, 0)) == ""

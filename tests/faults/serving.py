"""A web process of its own, and patience with everything that runs beside the test."""

import socket
from time import monotonic, sleep

import httpx

PATIENCE_SECONDS = 60


def eventually(condition):
    """Its first answer that is true."""
    deadline = monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        assert monotonic() < deadline, "it did not come true"
        sleep(0.05)
    return found


def free_address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def served(started, address):
    """A web process that answers."""
    process = started("serve", "--bind", address)
    eventually(lambda: answers(address))
    return process


def answers(address):
    try:
        return httpx.get(f"http://{address}/healthz", timeout=5).status_code
    except httpx.TransportError:
        return None

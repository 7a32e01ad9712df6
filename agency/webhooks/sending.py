"""The one door out: to addresses that were looked at, within a bounded time, following no redirect."""

import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpcore

from agency.webhooks.models import Failure
from agency.webhooks.rules import SUCCESSES, is_public

SECONDS_MAX = 15.0
EXCERPT_BYTES_MAX = 1000
UNREADABLE = dict.fromkeys([*range(9), *range(11, 32), 127])  # PostgreSQL keeps no NUL, and pages no bells.
BROKEN = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try: taken where ``failure`` is None. ``excerpt`` is the beginning of the answer."""

    failure: Failure | None
    status: int | None = None
    excerpt: str = ""


class NoWay(Exception):
    """The host cannot be sent to."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


def send(url: str, *, headers: Mapping[str, str], body: bytes, may_be_private: bool) -> Outcome:
    """POST the body and hear the answer; whatever goes wrong is an outcome too."""
    network = _GuardedNetwork(deadline=monotonic() + SECONDS_MAX, may_be_private=may_be_private)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=network) as pool,
            pool.stream("POST", url, headers=list(headers.items()), content=body) as answer,
        ):
            return _heard(answer)
    except NoWay as refusal:
        return Outcome(refusal.failure)
    except httpcore.TimeoutException:
        return Outcome(Failure.TIMED_OUT)
    except (httpcore.NetworkError, httpcore.ProtocolError):
        return Outcome(Failure.UNREACHABLE)


def _heard(answer: httpcore.Response) -> Outcome:
    """The status alone decides; what of the body cannot be read in time is left."""
    excerpt = b""
    with suppress(*BROKEN):
        for part in answer.iter_stream():
            excerpt += part
            if len(excerpt) >= EXCERPT_BYTES_MAX:
                break
    text = excerpt[:EXCERPT_BYTES_MAX].decode(errors="replace").translate(UNREADABLE)
    return Outcome(None if answer.status in SUCCESSES else Failure.REFUSED, answer.status, text)


class _GuardedNetwork(httpcore.SyncBackend):
    """Connects to the very address it looked at, so that a name cannot mean another one a moment later."""

    def __init__(self, *, deadline: float, may_be_private: bool) -> None:
        self._deadline = deadline
        self._may_be_private = may_be_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  # Httpcore's signature; one deadline stands for all.
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        refused = httpcore.ConnectError()
        for address in self._addresses(host, port):
            try:
                stream = super().connect_tcp(address, port, _left(self._deadline), local_address, socket_options)
            except httpcore.ConnectError as error:
                refused = error
            else:
                return _BoundedStream(stream, self._deadline)
        raise refused

    def _addresses(self, host: str, port: int) -> list[str]:
        """All of them must be public: a name that also means a private one is a trap."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NoWay(Failure.UNKNOWN_HOST) from error
        addresses = list(dict.fromkeys(str(target[0]) for *_, target in found))
        if not self._may_be_private and not all(map(is_public, addresses)):
            raise NoWay(Failure.PRIVATE_ADDRESS)
        return addresses


class _BoundedStream(httpcore.NetworkStream):
    """A connection with one deadline for all it does: a receiver that answers letter by letter is cut off."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  # The same.
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  # The same.
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002  # The same.
    ) -> httpcore.NetworkStream:
        try:
            secured = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline))
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                raise NoWay(Failure.CERTIFICATE) from error
            raise
        return _BoundedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  # The same.
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left

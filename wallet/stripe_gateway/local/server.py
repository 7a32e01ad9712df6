"""The HTTP side: one thread a connection, kept alive, closed without a word when a fault demands it."""

import socket
import sys
import traceback
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from wallet.stripe_gateway.local.exchange import Answer, ConnectionCut, Request, as_json


class Application(Protocol):
    def answer(self, request: Request) -> Answer: ...


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, host: str, port: int, application: Application) -> None:
        self.application = application
        super().__init__((host, port), Handler)

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news; anything else is."""
        del request, client_address
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            traceback.print_exc()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave in one piece: two small packets would wait for each other.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server

    def serve(self) -> None:
        path, _, query = self.path.partition("?")
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.title(): value for name, value in self.headers.items()}
        request = Request(self.command, path, query, headers, content)
        try:
            answer = self.server.application.answer(request)
        except ConnectionCut:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        except Exception:  # noqa: BLE001 - A mistake of ours is told as Stripe would tell it, and printed.
            traceback.print_exc()
            answer = as_json({"error": {"type": "api_error", "message": "The local Stripe failed."}}, 500)
        self._send(answer)

    do_GET = do_POST = do_DELETE = do_OPTIONS = serve  # noqa: N815 - The names http.server looks for.

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.content)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *words: object) -> None:
        """Silent: what was asked and answered stands in the request log of the control interface."""

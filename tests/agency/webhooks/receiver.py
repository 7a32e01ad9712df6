"""A program that is told of events: it keeps what it gets, and answers as the test wants it."""

import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Receiver:
    """``status``, ``answer`` and ``location`` are what it says; ``seconds`` it first waits."""

    received: list[Received] = field(default_factory=list)
    status: int = 200
    answer: bytes = b"thanks"
    location: str = ""
    seconds: float = 0
    url: str = ""

    def start(self, context=None):
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # A sender that hangs up is what some tests are about.
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        return server


def handler_of(receiver):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append(Received(self.path, headers, body))
            time.sleep(receiver.seconds)
            self.send_response(receiver.status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.send_header("Content-Length", str(len(receiver.answer)))
            self.end_headers()
            self.wfile.write(receiver.answer)

        def log_message(self, *_):
            """Nothing: a test's output is not the place."""

    return Handler

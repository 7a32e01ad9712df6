"""The programs of the sample that hear of its events: each delivery is taken, and noted in the log."""

import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Listener(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # http.server's name.
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(HTTPStatus.OK)
        self.end_headers()
        self.wfile.write(b"Thank you.\n")


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Listener).serve_forever()

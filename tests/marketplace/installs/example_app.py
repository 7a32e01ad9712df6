"""A small app, as a developer would write it: a program of its own that knows the platform by HTTP alone.

Told of an install it fetches its key, holds and captures, and tries to go over its limit; told of the end it tries
once more. What it was answered stands on its output, a line of JSON each.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
from standardwebhooks import Webhook, WebhookVerificationError

PLATFORM, PORT, PUBLISHER_KEY, SECRET = sys.argv[1:5]
keys: dict[str, str] = {}


def ask(path: str, key: str, body: object = None) -> httpx.Response:
    return httpx.post(f"{PLATFORM}/api/v1{path}", json=body, headers={"Authorization": f"Bearer {key}"}, timeout=20)


def write(line: dict[str, object]) -> None:
    sys.stdout.write(f"{json.dumps(line)}\n")
    sys.stdout.flush()


def say(step: str, answer: httpx.Response) -> dict:
    told = answer.json()
    write({"step": step, "status": answer.status_code, "code": told.get("code")})
    return told


def pages(event_id: str, quantity: str) -> dict[str, str]:
    return {"event_id": event_id, "meter": "pages", "quantity": quantity}


def installed(install_id: str) -> None:
    path = f"/installs/{install_id}"
    keys[install_id] = key = say("key", ask(f"{path}/key", PUBLISHER_KEY))["key"]
    say("has-funds", ask(f"{path}/has-funds", key, pages("job-1", "4")))
    held = say("hold", ask(f"{path}/holds", key, pages("job-1", "4")))
    say("capture", ask(f"{path}/holds/{held['id']}/capture", key, {"quantity": "3"}))
    say("same event", ask(f"{path}/charges", key, pages("job-1", "1")))
    say("over the limit", ask(f"{path}/charges", key, pages("job-2", "400")))


def removed(install_id: str) -> None:
    say("after the end", ask(f"/installs/{install_id}/charges", keys[install_id], pages("job-3", "1")))
    say("a new key", ask(f"/installs/{install_id}/key", PUBLISHER_KEY))


TOLD = {"install.created": installed, "install.removed": removed}


class Hooks(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            event = Webhook(SECRET).verify(body, headers)
        except WebhookVerificationError:
            self.send_error(400)
            return
        if event["type"] in TOLD:
            TOLD[event["type"]](event["data"]["install"]["id"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Its output is for what it was answered."""


server = HTTPServer(("127.0.0.1", int(PORT)), Hooks)
write({"step": "listening"})
server.serve_forever()

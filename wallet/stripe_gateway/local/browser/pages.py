"""The stand-in for js.stripe.com: the script, the framed card form, the challenge of the cardholder's bank."""

from pathlib import Path

from wallet.stripe_gateway.local.control.acts import answer_own_challenge
from wallet.stripe_gateway.local.control.panel import ControlPanel
from wallet.stripe_gateway.local.exchange import Answer, Request, as_json
from wallet.stripe_gateway.local.refusals import Refusal

_FOLDER = Path(__file__).parent
_KINDS = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
_FILES = {
    "/v3/": "stripe.js",
    "/v3/stripe.js": "stripe.js",
    "/v3/words.js": "words.js",
    "/v3/theme.js": "theme.js",
    "/v3/form.css": "form.css",
    "/v3/card": "card.html",
    "/v3/card.js": "card.js",
    "/v3/challenge": "challenge.html",
    "/v3/challenge.js": "challenge.js",
}
# Its own pages live by the strictest policy too: nothing inline, nothing from elsewhere.
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'"


class Pages:
    def __init__(self, control: ControlPanel) -> None:
        self._control = control

    def answer(self, request: Request) -> Answer:
        if request.method == "POST" and request.path == "/v3/authentications":
            return self._authentication(request)
        name = _FILES.get(request.path)
        if name is None or request.method != "GET":
            return Answer(404, b"Not found", "text/plain")
        path = _FOLDER / name
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        return Answer(200, path.read_bytes(), f"{_KINDS[path.suffix]}; charset=utf-8", headers)

    def _authentication(self, request: Request) -> Answer:
        try:
            secret = str(request.document.get("client_secret", ""))
            key = secret.partition("_secret_")[0]
            intent = self._control.act(answer_own_challenge, key, request.document, request.origin)
        except Refusal as refusal:
            return as_json({"error": refusal.error}, refusal.status)
        return as_json({"id": intent["id"], "status": intent["status"], "return_url": intent.get("_return_url")})

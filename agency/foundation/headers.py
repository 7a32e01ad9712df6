"""What every answer carries: a request id, and the browser's strictest orders."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from agency.foundation import ids
from agency.foundation.config import Settings

YEAR_SECONDS = 31_536_000
LOOPBACK = {"localhost", "127.0.0.1"}


def csp_nonce() -> str:
    """Made when first asked for: the form guard may abort before any ``before_request`` of ours."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def request_id() -> str:
    """The name of this request in logs and refusals; made when first asked for, for the same reason."""
    if "request_id" not in g:
        g.request_id = ids.encode("req", ids.new_id())
    return str(g.request_id)


def install(app: Flask, settings: Settings) -> None:
    app.config["TRUSTED_HOSTS"] = _hosts(urlsplit(settings.base_url).hostname or "")
    parts = urlsplit(settings.stripe_js_url)
    policy = _policy(f"{parts.scheme}://{parts.netloc}")
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.before_request
    def number_request() -> None:
        request_id()

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy.replace("{nonce}", csp_nonce()))
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response.headers["X-Request-Id"] = request_id()
        if settings.is_https:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}; includeSubDomains"
        if request.endpoint != "static_files.file":
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _hosts(name: str) -> list[str]:
    """A request for another host is refused: what is built from the name a stranger sends could lead to them."""
    return sorted(LOOPBACK) if name in LOOPBACK else [name]


def _policy(card_form: str) -> str:
    """Scripts by nonce or from us; the card form's origin is the only stranger, named exactly."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' 'nonce-{{nonce}}' {card_form}",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self' {card_form}",
            f"frame-src 'self' {card_form}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        ]
    )

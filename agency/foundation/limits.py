"""Rate limits. They fail closed: with Redis away sign-in answers 503 rather than be guessed at."""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from agency.foundation.config import Settings

limiter = Limiter(key_func=get_remote_address, strategy="moving-window", default_limits=[])


def typed_email() -> str:
    """The address being tried, so that many machines together cannot guess at one person."""
    return request.form.get("email", "").strip().lower() or get_remote_address()


def install(app: Flask, settings: Settings) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url
    app.config["RATELIMIT_HEADERS_ENABLED"] = True  # Says how long to wait.
    limiter.init_app(app)

"""What can be decided about people without asking anybody."""

import hmac
from datetime import datetime
from urllib.parse import urlsplit

import pyotp

STEP_SECONDS = 30  # RFC 6238's own step.
STEPS_AROUND = (-1, 0, 1)  # A phone's clock may be half a minute off, either way.
DIFFERENT_CHARACTERS_MIN = 5

# The first that is found in a browser's own description, which names its ancestors too.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def local_path(text: str | None) -> str | None:
    """The text if it leads to a page of this platform, else None: no other host may be reached by it."""
    if not text or not text.startswith("/") or text.startswith("//"):
        return None
    if "\\" in text or any(not letter.isprintable() for letter in text):
        return None  # Browsers read a backslash as a slash, and skip tabs and line breaks.
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else text


def path_of(url: str) -> str:
    """The path and query of a full address; empty for what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def browser_name(user_agent: str) -> str:
    """``Firefox, Linux``: as much as a person needs to know their own sign-ins."""
    found = [next((name for mark, name in known if mark in user_agent), None) for known in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name) or "?"


def is_weak(password: str, *, email: str) -> bool:
    """Long enough, and yet the first thing a stranger would try."""
    lowered = password.lower()
    return len(set(password)) < DIFFERENT_CHARACTERS_MIN or email.partition("@")[0] == lowered or email == lowered


def accepted_step(seed: str, code: str, *, now: datetime, last: int | None) -> int | None:
    """The time step whose code this is; None for a wrong one, and for one no newer than the last accepted."""
    here = int(now.timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(seed)
    for step in (here + around for around in STEPS_AROUND):
        if (last is None or step > last) and hmac.compare_digest(generator.generate_otp(step), code):
            return step
    return None


def plain_code(typed: str) -> str:
    """What was typed without the blanks and dashes that made it readable."""
    return "".join(letter for letter in typed.lower() if letter.isascii() and letter.isalnum())

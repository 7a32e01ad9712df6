"""Frozen documents: one spelling of their data, whose hash proves that nothing was changed since."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

VERSION = 1
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(document: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys and no blanks, in UTF-8: equal data is equal bytes."""
    return _ENCODER.encode(document).encode()


def digest_of(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(document)).hexdigest()


def number_text(prefix: str, number: int) -> str:
    """``INV-00042``: the legal number as people write it."""
    return f"{prefix}{number:05d}"

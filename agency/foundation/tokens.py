"""Secrets handed out once (links, keys, sessions): the agency's id and 32 random bytes, kept only as a hash.

The agency stands in the token, so that it can be looked up inside that tenant's walls. Being random and long,
a token needs no slow hash.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from agency.foundation import ids


@dataclass(frozen=True, slots=True)
class Token:
    agency_id: UUID
    secret: str

    @classmethod
    def issue(cls, agency_id: UUID) -> Self:
        return cls(agency_id, urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None for anything that was never a token."""
        letters, separator, secret = text.partition(".")
        try:
            return cls(ids.decode_bare(letters), secret) if separator and secret else None
        except ids.MalformedId:
            return None

    def __str__(self) -> str:
        return f"{ids.encode_bare(self.agency_id)}.{self.secret}"

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(str(self).encode()).digest()

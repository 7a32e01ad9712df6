"""The address in a letter that stops further ones of its kind.

It is encrypted: it says to nobody who reads it on its way whose it is, cannot be made up, and never ends.
"""

import json
from typing import NamedTuple, Self
from uuid import UUID

from cryptography.fernet import InvalidToken

from agency.foundation.encryption import decrypt, encrypt
from agency.foundation.tenancy import scope
from agency.staff.mails import full_address

PAGE = "stopping.show"


class Stop(NamedTuple):
    """Which letters about a sub-account stop, and for whom.

    ``family`` "notice": of a team, ``whom`` is a person's id; "letter": of end customers, ``whom`` is an address.
    """

    agency_id: UUID
    sub_account_id: UUID
    family: str
    kind: str
    whom: str

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What an address says; None where nobody of us wrote it."""
        try:
            agency_id, sub_account_id, *said = json.loads(decrypt(text.encode()))
        except (InvalidToken, ValueError):
            return None
        return cls(UUID(agency_id), UUID(sub_account_id), *said)


def stop_address(family: str, kind: str, whom: str, *, sub_account_id: UUID) -> str:
    said = [str(scope.agency_id()), str(sub_account_id), family, kind, whom]
    return full_address(PAGE, text=encrypt(json.dumps(said)).decode())

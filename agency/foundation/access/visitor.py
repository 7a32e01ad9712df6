"""Who stands at the door, and what they may do where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from flask import g, request
from flask_login import UserMixin, current_user

from agency.foundation.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor(UserMixin):
    """A signed-in person, or a key.

    ``grants`` holds the permissions by place: None is the agency itself, an id is a sub-account's panel.
    ``viewing`` is the sub-account that a person of the agency looks at with its eyes, read-only;
    ``lacks_second_factor`` sends them to set one up, where the agency demands it, before anything else.
    """

    kind: str
    id: UUID
    name: str
    email: str
    locale: str | None
    agency_id: UUID
    agency_slug: str
    sign_in_id: UUID | None = None
    cookie: str = ""
    grants: Mapping[UUID | None, frozenset[str]] = field(default_factory=dict)
    viewing: UUID | None = None
    lacks_second_factor: bool = False

    def may(self, permission: str) -> bool:
        """Whether the permission is granted at the place of this request."""
        return permission in self.grants.get(g.get("place"), frozenset())

    def get_id(self) -> str:
        """What Flask-Login keeps in the signed cookie: the token of the sign-in, not the person."""
        return self.cookie

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()


def current_visitor() -> Visitor:
    return cast("Visitor", current_user._get_current_object())  # noqa: SLF001  # Werkzeug's own way to the object.


def current_actor() -> Actor:
    """The visitor, as the audit log names them."""
    visitor = current_visitor()
    return Actor(
        kind=visitor.kind,
        id=visitor.id,
        name=visitor.name,
        address=request.remote_addr,
        request_id=g.get("request_id"),
    )

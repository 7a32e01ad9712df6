"""Every view says who may call it. One that says nothing is closed to everybody, and fails a test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Mark:
    """``permission`` None with ``is_public``: anybody; None without: any visitor of the audience."""

    permission: str | None
    is_public: bool = False
    reason: str = ""


def permits(permission: str) -> Callable[[View], View]:
    """Only visitors with the permission at this place."""
    return _marking(Mark(permission))


def signed_in(view: View) -> View:
    """Any visitor of the blueprint's audience: their own account, sign-out, language."""
    return _marking(Mark(None))(view)


def public(reason: str) -> Callable[[View], View]:
    """Anybody; the reason stands here because it must be a good one."""
    return _marking(Mark(None, is_public=True, reason=reason))


def _marking(mark: Mark) -> Callable[[View], View]:
    def apply(view: View) -> View:
        view.access = mark  # type: ignore[attr-defined]  # Read back by mark_of.
        return view

    return apply


def mark_of(view: Callable[..., object], method: str) -> Mark | None:
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        name = "get" if method == "HEAD" else method.lower()
        view = getattr(view_class, name, view)
    return getattr(view, "access", None)

"""The door: before any view, who it is, whose rows they may touch, and whether this view is for them."""

from collections.abc import Callable

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager

from agency.foundation import clock
from agency.foundation.access import blueprints
from agency.foundation.access.marks import Mark, mark_of
from agency.foundation.access.visitor import Visitor
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, NotAllowed, NotFound
from agency.foundation.tenancy import scope

# What a person may still do before setting up the second factor that the agency demands.
WITHOUT_SECOND_FACTOR = frozenset({"second_factor.enrol", "second_factor.confirm", "sign_in.leave"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SignInNeeded(DomainError):
    status = 401
    message = _l("Sign in to go on.")


class KeyLacksPermission(NotAllowed):
    message = _l("This key may not do this: it needs the permission %(permission)s.")


class ReadOnly(DomainError):
    status = 403
    message = _l("You are viewing this account read-only. Leave the view to make changes.")


# An audience's admission finds its visitor, enters the scope and sets `g.place`; None: nobody is there.
Admission = Callable[[], Visitor | None]


# Where an audience that has a way in of its own sends a browser in which nobody is signed in.
TurnAway = Callable[[], ResponseReturnValue]


def install(
    app: Flask,
    admissions: dict[str, Admission],
    *,
    load_person: Callable[[str], Visitor | None],
    turn_aways: dict[str, TurnAway],
) -> None:
    """Guard every route of the app.

    ``admissions`` has one for each audience but the open one; ``load_person`` reads the sign-in of a cookie;
    ``turn_aways`` has the audiences whose people do not sign in where everybody does.
    """
    app.extensions["admissions"] = admissions
    app.extensions["turn_aways"] = turn_aways
    app.before_request(_admit)
    app.url_defaults(blueprints.put_tenant_back)
    app.teardown_request(_leave)
    LoginManager(app).user_loader(load_person)


def audience_of(endpoint: str) -> str:
    """The audience of an endpoint, by the blueprint that holds it."""
    blueprint = current_app.blueprints.get(endpoint.rpartition(".")[0])
    return getattr(blueprint, "audience", blueprints.OPEN)


def _admit() -> ResponseReturnValue | None:
    scope.leave()
    clock.set_sandbox_time(None)
    g.is_admitted = False
    if request.endpoint is None:
        return None
    mark = mark_of(current_app.view_functions[request.endpoint], request.method)
    if mark is None:
        raise NotFound
    if mark.is_public:
        return None
    audience = audience_of(request.endpoint)
    visitor = current_app.extensions["admissions"][audience]()
    if visitor is None:
        return _turn_away(audience)
    if visitor.lacks_second_factor and request.endpoint not in WITHOUT_SECOND_FACTOR:
        return redirect(url_for("second_factor.enrol"))
    g._login_user = visitor  # noqa: SLF001  # Where Flask-Login keeps current_user; a key signs in by no cookie.
    _check(visitor, mark)
    g.is_admitted = True
    return None


def _check(visitor: Visitor, mark: Mark) -> None:
    if mark.permission is not None and not visitor.may(mark.permission):
        if audience_of(str(request.endpoint)) == blueprints.API:
            raise KeyLacksPermission(permission=mark.permission)
        raise NotAllowed
    if visitor.viewing is not None and visitor.viewing == g.get("place") and request.method not in SAFE_METHODS:
        raise ReadOnly


def _turn_away(audience: str) -> ResponseReturnValue:
    elsewhere = current_app.extensions["turn_aways"].get(audience)
    if elsewhere is not None and wants_page():
        return elsewhere()  # type: ignore[no-any-return]  # Flask's extensions carry no types.
    if wants_page():
        here = request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
        return redirect(url_for("sign_in.password", next=here))
    raise SignInNeeded


def wants_page() -> bool:
    """A person's browser, not a program."""
    return not request.path.startswith("/api/") and request.accept_mimetypes.accept_html


def _leave(_error: BaseException | None) -> None:
    session.remove()
    scope.leave()
    clock.set_sandbox_time(None)

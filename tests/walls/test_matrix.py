"""Every route x every kind of visitor: none reads or changes what is not theirs. New routes join by themselves."""

import pytest

from agency.foundation.access.admission import audience_of
from agency.foundation.access.blueprints import ACCOUNT, API, CONSOLE, PANEL
from agency.foundation.access.marks import mark_of
from agency.staff.roles import permissions_of
from tests.walls import examples
from tests.walls.world import BAKERY, CLINIC, MARK, arm

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("walls")]
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
REFUSED = {401, 403, 404}
SIGN_IN = 302
# Parameters that are no resource of a tenant: any value may be tried.
FREE_PARAMETERS = {
    "name": "x",
    "digest": "0",
    "key": "x",
    "kind": "x",
    "token": "x",
    "accent": "0b5f7c",
    "language": "es",
}


def routes(app):
    """(endpoint, method, rule) of everything but what anybody may call."""
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            mark = mark_of(app.view_functions[rule.endpoint], method)
            if mark is None or not mark.is_public:
                yield rule, method, mark


def can_be_tried(rule, side) -> bool:
    return rule.arguments <= side.ids.keys() | FREE_PARAMETERS.keys()


def address(app, rule, ids) -> str:
    values = FREE_PARAMETERS | ids
    with app.test_request_context():
        _domain, path = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)
    return path


def test_every_route_says_who_may_call_it(built_app):
    assert [f"{method} {rule}" for rule, method, mark in routes(built_app) if mark is None] == []


def test_every_route_can_be_tried(built_app, walled):
    home, *_ = walled

    assert [str(rule) for rule, _method, _mark in routes(built_app) if not can_be_tried(rule, home)] == []


def attempts(app, visitor, home, entitled):
    """Send every request to which the visitor is not entitled; gives what was answered."""
    for rule, method, mark in routes(app):
        with app.app_context():
            audience = audience_of(rule.endpoint)
        if entitled(audience, rule, method, mark) or not can_be_tried(rule, home):
            continue
        path = address(app, rule, home.ids)
        yield f"{method} {path}", send(app, visitor, path, rule, method)


def send(app, visitor, path, rule, method):
    """A well-formed request, so that nothing but the walls can refuse it."""
    if not rule.rule.startswith("/api/"):
        arm(visitor.client)
        return visitor.client.open(path, method=method, headers=visitor.headers)
    asked = {"json": examples.body(app, rule.rule, method), "query_string": examples.query(app, rule.rule, method)}
    return visitor.client.open(path, method=method, headers=visitor.headers, **asked)


def is_refusal(answer) -> bool:
    to_sign_in = answer.status_code == SIGN_IN and "/sign-in" in answer.headers["Location"]
    return answer.status_code in REFUSED or to_sign_in


def assert_refused(app, visitor, home, fingerprint, entitled, *, secret=MARK):
    """``secret`` is a word that no refusal may hold; a member of the agency may read its name in their page's head."""
    before = fingerprint()

    answers = list(attempts(app, visitor, home, entitled))

    assert answers
    assert [(what, answer.status) for what, answer in answers if not is_refusal(answer)] == []
    assert [what for what, answer in answers if secret in answer.text] == []
    assert fingerprint() == before


def nothing(_audience, _rule, _method, _mark) -> bool:
    return False


@pytest.mark.parametrize("name", ["stranger", "revoked key", "forged key"])
def test_who_is_nobody_gets_nowhere(built_app, walled, fingerprint, name):
    home, _other, visitors = walled

    assert_refused(built_app, visitors[name], home, fingerprint, nothing)


def own_pages_or_no_resource(audience, rule, _method, _mark) -> bool:
    """A person's own pages, and API addresses that name nothing of anybody: those show the caller's own."""
    return audience == ACCOUNT or (audience == API and not rule.arguments)


@pytest.mark.parametrize("role", ["owner", "admin", "billing", "support", "read_only"])
def test_a_person_of_another_agency_finds_nothing(built_app, walled, fingerprint, role):
    home, _other, visitors = walled
    visitor = visitors[f"{role} of another agency"]

    assert_refused(built_app, visitor, home, fingerprint, own_pages_or_no_resource)


@pytest.mark.parametrize("role", ["owner", "billing", "viewer"])
def test_a_person_of_another_sub_account_finds_nothing(built_app, walled, fingerprint, role):
    home, _other, visitors = walled
    visitor = visitors[f"{role} of another sub-account"]

    assert_refused(built_app, visitor, home, fingerprint, own_pages_or_no_resource, secret=CLINIC)


@pytest.mark.parametrize("name", ["key of another agency", "key of another sub-account"])
def test_a_key_of_elsewhere_finds_nothing(built_app, walled, fingerprint, name):
    home, _other, visitors = walled
    visitor = visitors[name]

    assert_refused(built_app, visitor, home, fingerprint, own_pages_or_no_resource)


@pytest.mark.parametrize("name", ["key of another agency", "key of another sub-account", "owner of another agency"])
def test_lists_of_ones_own_hold_nobody_elses(built_app, walled, name):
    home, _other, visitors = walled
    visitor = visitors[name]

    shown = [
        (str(rule), answer.text)
        for rule, method, _mark in routes(built_app)
        if method == "GET" and not rule.arguments
        for answer in [visitor.client.get(str(rule), headers=visitor.headers)]
        if answer.status_code == 200
    ]

    neighbour_only = MARK if "agency" in name else home.sub_account.name
    assert shown
    assert [rule for rule, text in shown if neighbour_only in text] == []


def lacks(role, place):
    held = permissions_of(role, place)

    def entitled(audience, _rule, _method, mark) -> bool:
        elsewhere = audience != (CONSOLE if place is None else PANEL)
        return elsewhere or mark.permission is None or mark.permission in held

    return entitled


@pytest.mark.parametrize("role", ["billing", "support", "read_only"])
def test_a_role_of_the_agency_does_only_what_it_may(built_app, walled, fingerprint, role):
    home, _other, visitors = walled
    visitor = visitors[f"{role} of the agency"]

    assert_refused(built_app, visitor, home, fingerprint, lacks(visitor.role, None), secret=CLINIC)


@pytest.mark.parametrize("role", ["viewer"])
def test_a_role_of_a_sub_account_does_only_what_it_may(built_app, walled, fingerprint, role):
    home, _other, visitors = walled
    visitor = visitors[f"{role} of the sub-account"]

    assert_refused(built_app, visitor, home, fingerprint, lacks(visitor.role, home.sub_account), secret=BAKERY)


@pytest.mark.parametrize("role", ["owner", "billing", "viewer"])
def test_a_person_of_a_panel_never_enters_the_console(built_app, walled, fingerprint, role):
    home, _other, visitors = walled
    visitor = visitors[f"{role} of the sub-account"]

    assert_refused(built_app, visitor, home, fingerprint, lambda audience, *_: audience != CONSOLE, secret=BAKERY)


@pytest.mark.parametrize("role", ["owner", "support"])
def test_a_person_of_the_agency_enters_a_panel_by_viewing_alone(built_app, walled, fingerprint, role):
    home, _other, visitors = walled
    visitor = visitors[f"{role} of the agency"]

    assert_refused(built_app, visitor, home, fingerprint, lambda audience, *_: audience != PANEL, secret=CLINIC)


def test_a_key_without_scopes_does_nothing(built_app, walled, fingerprint):
    home, _other, visitors = walled
    visitor = visitors["key without scopes"]

    assert_refused(built_app, visitor, home, fingerprint, lambda audience, *_: audience != API)

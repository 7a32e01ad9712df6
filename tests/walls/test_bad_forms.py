"""Every form of every page, filled in with what no form expects: it is refused or taken, and never fails."""

from html.parser import HTMLParser
from io import BytesIO

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from agency.foundation.access.admission import audience_of
from agency.foundation.access.blueprints import ACCOUNT, CONSOLE, PANEL, PORTAL, PROFILE
from tests.walls import portals
from tests.walls.test_matrix import address, arm, can_be_tried, routes

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("walls")]
TRIES = settings(
    max_examples=4,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
ODD = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "0",
            "-1",
            "1e400",
            "NaN",
            "9" * 40,
            "0.0000000000000000001",
            "2026-02-30",
            "9999-12-31",
            "0001-01-01",
            "<b>",
            "=1+1",
            "\u0000",
            "\ud7ff",
            "\u202e",
            "x" * 5000,
            "a@b",
            "00000000-0000-0000-0000-000000000000",
            "on",
        ]
    ),
    st.text(max_size=40),
    st.integers().map(str),
)


class Fields(HTMLParser):
    """The names of what a page's forms send, and what it is there by itself."""

    def __init__(self, text):
        super().__init__()
        self.found = {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given_by = dict(attributes)
        name = given_by.get("name")
        if tag in {"input", "select", "textarea", "button"} and name and name != "csrf_token":
            self.found[name] = given_by.get("type"), given_by.get("value") or ""


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("owner of the agency", {CONSOLE, ACCOUNT}),
        ("owner of the sub-account", {PANEL}),
        ("customer", {PORTAL, PROFILE}),
    ],
    ids=["agency", "panel", "portal"],
)
def test_no_form_fails(built_app, walled, stripe_server, name, places):
    home, _other, visitors = walled
    visitor = visitors.get(name) or portals.visitor(built_app, name, home, at=home.sub_account)
    answers = []

    for rule, method, _mark in routes(built_app):
        with built_app.app_context():
            audience = audience_of(rule.endpoint)
        if method == "POST" and audience in places and can_be_tried(rule, home):
            answers += fill(visitor, address(built_app, rule, home.ids))

    assert [(path, sent) for path, sent, status in answers if status >= 500] == []
    assert 422 in {status for _path, _sent, status in answers}


def fill(visitor, path):
    """Send the form several times; gives what was sent and how it was answered."""
    page = visitor.client.get(path, headers=visitor.headers)
    fields = Fields(page.text if page.status_code == 200 else "").found
    answers = []

    @seed(1)
    @TRIES
    @given(st.fixed_dictionaries({name: value(*shape) for name, shape in fields.items()}))
    def attempt(sent):
        arm(visitor.client)
        files = {name: (BytesIO(content), "upload.csv") for name, content in sent.items() if isinstance(content, bytes)}
        answers.append((path, sent, visitor.client.post(path, data=sent | files, headers=visitor.headers).status_code))

    attempt()
    return answers


def value(kind, there):
    """Mostly what no field expects, sometimes what was there, so that the other fields are looked at as well."""
    if kind == "file":
        return st.binary(max_size=200)
    return st.one_of(st.just(there), ODD)

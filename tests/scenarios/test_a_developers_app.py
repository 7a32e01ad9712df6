"""A developer: from a key to an app that charges a client's wallet and earns its share."""

import pytest

from agency.foundation import ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.staff.roles import Role
from marketplace.catalogue import queries
from marketplace.catalogue.operations.publishing import approve
from tests import browsing
from tests.factories import funds, marketplace, staff
from tests.factories.tenants import NOON
from tests.scenarios.story import usd

pytestmark = pytest.mark.slow
APP = {
    "name": "Voice Notes",
    "tagline": "Calls become notes",
    "description": "Writes down what was said.",
    "support_address": "help@paginia.example",
    "categories": ["calls"],
    "languages": ["en", "es"],
    "permissions": ["sub_accounts.read"],
    "currency": "USD",
}
MINUTES = {"kind": "usage", "code": "minutes", "name": "Minutes", "amount": "0.40", "unit": "minute"}


@pytest.fixture
def publisher(story):
    return marketplace.publisher()


def test_what_its_app_charges_is_shared_and_seen(app, story, publisher, language):
    developer = staff.bearer(staff.api_key(publisher))
    made = story.call("POST", "/api/v1/apps", expect=201, body=APP, **developer)
    story.call("POST", f"/api/v1/apps/{made['id']}/prices", expect=201, body=MINUTES, **developer)
    story.call("POST", f"/api/v1/apps/{made['id']}/submission", **developer)
    with scope.of_agency(publisher.id), transaction():
        approve(queries.own_app(ids.decode("app", made["id"])), by=OPERATOR, now=NOON)

    story.call("PUT", f"/api/v1/apps/{made['id']}/offer", body={"markup": "1.25"})
    story.add_card()
    story.add_funds("30.00")
    wish = {"sub_account_id": story.sub_account.public_id, "app_id": made["id"], "permissions": APP["permissions"]}
    install = f"/api/v1/installs/{story.call('POST', '/api/v1/installs', expect=201, body=wish)['id']}"

    key = staff.bearer(story.call("POST", f"{install}/key", expect=201, **developer)["key"])
    call = {"event_id": "call-1", "meter": "minutes", "quantity": "12"}
    charged = story.call("POST", f"{install}/charges", expect=201, body=call, **key)
    story.call("POST", f"{install}/charges", expect=409, body=call, **key)

    assert charged["amount"] == usd("6.00")
    assert story.balance() == "24.00"
    paula = staff.signed_in(app, staff.person(publisher, role=Role.PUBLISHER, locale=language))
    assert "3.84" in browsing.visit(paula, f"/a/{publisher.slug}/publisher/revenue").text.replace(",", ".")
    carla = staff.signed_in(
        app, staff.person(funds.agency_of(story.sub_account), at=story.sub_account, locale=language)
    )
    seen = browsing.visit(carla, f"/s/{story.sub_account.public_id}/billing/installed-apps").text
    assert f'lang="{language}"' in seen
    assert "Voice Notes" in seen
    story.verify()

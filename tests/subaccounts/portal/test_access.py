"""Staff let people in, see who is in, and turn them out: on the customer's page and by the API."""

import pytest

from tests import post
from tests.browsing import submit, visit
from tests.factories import invoices, portal, staff
from tests.factories.portal import GUARDIAN


@pytest.fixture
def page(clinic, lucia):
    return f"/s/{clinic.public_id}/billing/customers/{lucia.public_id}/portal-access"


class TestStaff:
    def test_give_access_and_a_welcome_goes_out(self, dora, owner, page):
        submit(dora, page, email="Marta@Example.com ", name="Marta Ruiz")
        post.work(owner, "send_portal_link")

        assert "Marta Ruiz" in visit(dora, page).text
        assert len(post.letters(owner, GUARDIAN)) == 1

    def test_cannot_give_the_same_twice(self, dora, page, grant):
        assert submit(dora, page, email=GUARDIAN, name="Marta").status_code == 422

    def test_revoke_it_and_every_browser_is_out(self, dora, marta, address, lucia, page, grant):  # noqa: PLR0917  # Fixtures come by their names.
        submit(dora, f"{page}/{grant.public_id}/revocation", page=page)

        assert visit(marta, f"{address}/account").location == f"{address}/sign-in"

    def test_reset_it_with_a_fresh_link(self, app, dora, marta, owner, address, page, grant):  # noqa: PLR0917  # Fixtures come by their names.
        submit(dora, f"{page}/{grant.public_id}/reset", page=page)
        post.work(owner, "send_portal_link")

        assert visit(marta, f"{address}/account").status_code == 302
        fresh = app.test_client()
        submit(fresh, post.link(owner, GUARDIAN))
        assert visit(fresh, f"{address}/account").status_code == 200

    def test_approve_who_asks(self, app, dora, owner, clinic, address):
        submit(app.test_client(), f"{address}/new-client", name="Iris Paz", email="iris@example.com")
        requests = f"/s/{clinic.public_id}/billing/portal/requests"
        request_id = visit(dora, requests).text.split("approve-")[1].split('"')[0]

        submit(dora, f"{requests}/{request_id}/approval", page=requests)
        post.work(owner, "send_portal_link")

        assert owner.execute("SELECT name FROM customers").fetchall() == [("Iris Paz",)]
        assert len(post.letters(owner, "iris@example.com")) == 1

    def test_decline_who_asks_and_tell_them(self, app, dora, owner, clinic, address):
        submit(app.test_client(), f"{address}/new-client", name="Iris Paz", email="iris@example.com")
        requests = f"/s/{clinic.public_id}/billing/portal/requests"
        request_id = visit(dora, requests).text.split("approve-")[1].split('"')[0]

        submit(dora, f"{requests}/{request_id}/refusal", page=requests)

        ((subject, text),) = post.letters(owner, "iris@example.com")
        assert (clinic.name in subject, "Iris Paz" in text) == (True, True)
        assert owner.execute("SELECT count(*) FROM portal_grants").fetchone() == (0,)

    def test_name_and_colour_the_portal(self, app, dora, clinic, address):
        submit(dora, f"/s/{clinic.public_id}/billing/portal", name="Sonrisas", accent="#7a1f5c")

        assert "Sonrisas" in visit(app.test_client(), f"{address}/").text


class TestTheApi:
    def test_gives_lists_resets_and_revokes(self, app, client, owner, agency, lucia):
        bearer = staff.bearer(staff.api_key(agency))
        path = f"/api/v1/customers/{lucia.public_id}/portal-access"

        made = client.post(path, json={"email": GUARDIAN}, headers=bearer)
        one = f"{path}/{made.json['id']}"
        reset = client.post(f"{one}/reset", headers=bearer)
        gone = client.delete(one, headers=bearer)
        listed = client.get(path, headers=bearer).json

        assert [made.status_code, reset.status_code, gone.status_code] == [201, 200, 204]
        assert made.json["name"] == lucia.name
        assert listed["data"][0]["revoked_at"]
        assert listed["portal_url"].endswith("/p/dental-norte/")


class TestOneself:
    def test_decides_name_and_language(self, marta, owner, address):
        submit(marta, f"{address}/account", name="Marta R.", locale="es")

        row = owner.execute("SELECT name, locale FROM portal_identities")
        assert row.fetchone() == ("Marta R.", "es")

    def test_moves_to_an_address_that_proves_itself(self, marta, owner, address):
        submit(marta, f"{address}/account/email", email="new@example.com")
        post.work(owner, "send_new_email_link")
        link = post.link(owner, "new@example.com")
        visit(marta, link)
        before = owner.execute("SELECT email FROM portal_identities").fetchone()

        submit(marta, link)

        assert before == (GUARDIAN,)
        assert owner.execute("SELECT email FROM portal_identities").fetchone() == ("new@example.com",)

    def test_cannot_take_an_address_that_is_taken(self, marta, owner, address, clinic):
        portal.granted(invoices.customer(clinic, name="Leo"), email="leo@example.com")

        submit(marta, f"{address}/account/email", email="leo@example.com")
        post.work(owner, "send_new_email_link")

        assert "Confirm your address" not in str(post.letters(owner, "leo@example.com"))


class TestAPreview:
    def test_shows_staff_a_draft_as_its_customer_will_see_it(self, dora, clinic, lucia):
        drafted = invoices.draft(lucia)

        page = visit(dora, f"/s/{clinic.public_id}/billing/customer-invoices/{drafted.public_id}/as-customer").text

        assert "Preview" in page
        assert "$110.00" in page
        assert "DRAFT" not in page

    def test_speaks_the_customers_language_on_the_sheet(self, dora, clinic):
        drafted = invoices.draft(invoices.customer(clinic, account={"locale": "es"}))

        page = visit(dora, f"/s/{clinic.public_id}/billing/customer-invoices/{drafted.public_id}/as-customer").text

        assert "Back to the draft" in page
        assert all(word in page for word in ("Abierta", "Por pagar", "110,00"))
        assert "Left to pay" not in page

    def test_is_none_of_an_opened_invoice(self, dora, clinic, lucia):
        opened = invoices.invoice(lucia)

        page = f"/s/{clinic.public_id}/billing/customer-invoices/{opened.public_id}/as-customer"
        assert visit(dora, page).status_code == 404

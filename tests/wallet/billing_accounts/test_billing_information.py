import pytest

from agency.staff.roles import Role
from tests.browsing import submit, visit
from tests.factories import staff, tenants

WHOLE = {
    "legal_name": "Dental Norte LLC",
    "email": "billing@dentalnorte.example",
    "locale": "en",
    "country": "US",
    "line1": "500 Congress Ave",
    "city": "Austin",
    "region": "TX",
    "postal_code": "78701",
    "tax_id": "91-1144442",
}


class TestPage:
    def test_it_begins_with_what_the_sub_account_was_opened_with(self, ana, address):
        page = visit(ana, address)

        assert 'value="Dental Norte"' in page.text
        assert "Something is missing" in page.text

    def test_it_saves_all_of_it(self, ana, address, owner):
        answer = submit(ana, address, **WHOLE)

        assert answer.status_code == 302
        row = owner.execute("SELECT legal_name, line1, region, tax_ids FROM billing_accounts").fetchone()
        assert row == ("Dental Norte LLC", "500 Congress Ave", "TX", [{"type": "us_ein", "value": "911144442"}])
        assert "Something is missing" not in visit(ana, address).text

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"postal_code": "7870"}, "not a postal code"),
            ({"region": ""}, "state or region"),
            ({"country": "ZZ"}, "Choose one from the list."),
            ({"line1": ""}, "street and number"),
            ({"tax_id": "12"}, "not a valid EIN"),
            ({"legal_name": ""}, "Legal name"),
        ],
    )
    def test_it_says_what_its_country_demands_and_saves_nothing(self, ana, address, owner, wrong, said):
        answer = submit(ana, address, **WHOLE | wrong)

        assert answer.status_code == 422
        assert said in answer.text
        assert owner.execute("SELECT legal_name, line1 FROM billing_accounts").fetchone() == ("Dental Norte", None)

    def test_a_viewer_may_read_and_not_write(self, app, agency, sub_account, address):
        viewer = staff.signed_in(app, staff.person(agency, email="v@x.example", role=Role.VIEWER, at=sub_account))

        assert visit(viewer, address).status_code == 200
        assert submit(viewer, address, **WHOLE).status_code == 403


class TestApi:
    def test_it_shows_the_account(self, call):
        answer = call("get")

        assert answer.json["legal_name"] == "Dental Norte"
        assert answer.json["currency"] == "USD"
        assert answer.json["is_complete"] is False

    def test_it_changes_what_is_sent_alone(self, call):
        address = {"line1": "500 Congress Ave", "city": "Austin", "region": "TX", "postal_code": "78701"}

        answer = call("patch", address=address)

        assert answer.status_code == 200
        assert answer.json["address"]["city"] == "Austin"
        assert answer.json["legal_name"] == "Dental Norte"
        assert answer.json["is_complete"] is True

    def test_errors_stand_at_their_place_in_the_body(self, call):
        answer = call("patch", address={"line1": "x"}, tax_ids=[{"type": "mx_rfc", "value": "1"}])

        assert answer.status_code == 422
        assert set(answer.json["errors"]) == {
            "address.city",
            "address.region",
            "address.postal_code",
            "tax_ids.0.type",
        }

    def test_another_agencys_is_not_there(self, client, sub_account):
        stranger = staff.bearer(staff.api_key(tenants.agency(name="Otra Agencia")))

        answer = client.get(f"/api/v1/sub-accounts/{sub_account.public_id}/billing-account", headers=stranger)

        assert answer.status_code == 404


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def sub_account(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def ana(app, agency, sub_account):
    return staff.signed_in(app, staff.person(agency, at=sub_account))


@pytest.fixture
def address(sub_account):
    return f"/s/{sub_account.public_id}/billing/billing-information"


@pytest.fixture
def call(client, agency, sub_account):
    headers = staff.bearer(staff.api_key(agency))
    url = f"/api/v1/sub-accounts/{sub_account.public_id}/billing-account"

    def do(method, **body):
        return client.open(url, method=method.upper(), headers=headers, **({"json": body} if body else {}))

    return do

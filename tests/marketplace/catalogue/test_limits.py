"""Limits on what an app's usage may cost are amounts of the app's own currency, whoever sets them."""

import pytest

from tests.factories import marketplace, staff, tenants

PESOS = {"monthly_limit": {"amount": "10.00", "currency": "MXN"}}


class TestALimitInAnotherCurrency:
    def test_is_refused_at_its_field_from_the_publisher(self, client, publisher, listed):
        answer = client.patch(
            f"/api/v1/apps/{listed.public_id}", json=PESOS, headers=staff.bearer(staff.api_key(publisher))
        )

        assert (answer.status_code, list(answer.json["errors"])) == (422, ["monthly_limit"])

    def test_is_refused_at_its_field_from_the_agency(self, client, agency, listed):
        answer = client.put(
            f"/api/v1/apps/{listed.public_id}/offer", json=PESOS, headers=staff.bearer(staff.api_key(agency))
        )

        assert (answer.status_code, list(answer.json["errors"])) == (422, ["monthly_limit"])

    def test_is_refused_at_its_field_from_the_client(self, client, agency, listed):
        marketplace.offered(agency, listed)
        row = marketplace.installed(tenants.sub_account(agency), listed)

        answer = client.put(
            f"/api/v1/installs/{row.public_id}/limits", json=PESOS, headers=staff.bearer(staff.api_key(agency))
        )

        assert (answer.status_code, list(answer.json["errors"])) == (422, ["monthly_limit"])


@pytest.fixture
def publisher(app):
    return marketplace.publisher()


@pytest.fixture
def listed(publisher):
    return marketplace.approved(marketplace.app(publisher, prices=(marketplace.usage(),)))


@pytest.fixture
def agency(app):
    return tenants.agency()

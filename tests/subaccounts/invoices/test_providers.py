import pytest

from tests.factories import staff, tenants


@pytest.fixture
def agency(app):
    return tenants.agency()


class TestServiceProviders:
    def test_are_added_offered_and_archived(self, client, agency):
        clinic = tenants.sub_account(agency)
        key = staff.bearer(staff.api_key(agency, at=clinic))

        added = client.post("/api/v1/service-providers", json={"name": "Dr. Mora"}, headers=key)
        offered = client.get("/api/v1/service-providers", headers=key).json["data"]
        archived = client.post(f"/api/v1/service-providers/{added.json['id']}/archive", headers=key)

        assert (added.status_code, archived.status_code) == (201, 200)
        assert [(row["name"], row["sub_account_id"]) for row in offered] == [("Dr. Mora", clinic.public_id)]
        assert client.get("/api/v1/service-providers", headers=key).json["data"] == []

    def test_of_a_sub_account_give_no_product_of_the_agency(self, client, agency):
        clinic = tenants.sub_account(agency)
        key = staff.bearer(staff.api_key(agency))
        said = {"sub_account_id": clinic.public_id, "name": "Dr. Mora"}
        foreign = client.post("/api/v1/service-providers", json=said, headers=key).json["id"]
        own = client.post("/api/v1/service-providers", json={"name": "Lumen"}, headers=key).json["id"]

        product = {"kind": "resold_service", "name": "SMS"}
        refused = client.post("/api/v1/products", json=product | {"provider_id": foreign}, headers=key)
        added = client.post("/api/v1/products", json=product | {"provider_id": own}, headers=key)

        assert (refused.status_code, added.status_code, added.json["provider_id"]) == (422, 201, own)

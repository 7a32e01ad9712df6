import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from agency.foundation import ids
from agency.staff.roles import AGENCY_SCOPES, SUB_ACCOUNT_SCOPES, Role
from tests.browsing import submit, visit
from tests.factories import staff, tenants

KEYS = "/a/lumen-studio/developers/api-keys"
API = "/api/v1/api-keys"
KEY = re.compile(r'data-copy="(ck_[^"]+)"')


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def shop(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def ana(app, agency):
    return staff.signed_in(app, staff.person(agency))


def create(client, page=f"{KEYS}/new", name="Usage import", scopes=("sub_accounts.read", "keys.manage")):
    return submit(client, page, name=name, scopes=list(scopes))


class TestCreatingAKeyOnThePage:
    def test_shows_it_once(self, client, ana):
        key = KEY.search(create(ana).text).group(1)
        listed = visit(ana, KEYS).text

        assert key not in listed
        assert key[-4:] in listed
        assert client.get(API, headers=staff.bearer(key)).status_code == 200

    def test_keeps_it_nowhere(self, ana, owner):
        key = KEY.search(create(ana).text).group(1)
        kept = str(owner.execute("SELECT * FROM api_keys, audit_entries").fetchall())

        assert key.partition(".")[2] not in kept

    def test_makes_one_for_a_sub_account(self, client, ana, shop):
        page = f"{KEYS}/new?sub_account={shop.public_id}"
        key = KEY.search(create(ana, page, scopes=["usage.write", "keys.manage"]).text).group(1)

        data = client.get(API, headers=staff.bearer(key)).get_json()["data"]
        assert [row["sub_account_id"] for row in data] == [shop.public_id]

    @pytest.mark.parametrize(
        ("field", "values"),
        [("name", {"name": " "}), ("scopes", {"scopes": []}), ("scopes", {"scopes": ["everything"]})],
    )
    def test_says_at_the_field_what_is_wrong(self, ana, owner, field, values):
        answer = create(ana, **values)

        assert answer.status_code == 422
        assert f'id="{field}-field-error"' in answer.text
        assert owner.execute("SELECT count(*) FROM api_keys").fetchone() == (0,)

    def test_keeps_what_was_ticked(self, ana):
        answer = create(ana, name="")

        assert re.search(r'value="keys.manage" checked', answer.text)

    @pytest.mark.parametrize(
        "address", ["/new?sub_account=sac_nonsense", "/new?sub_account=x", "/new/sub-account?search=%00", "?cursor=x"]
    )
    def test_says_what_is_malformed_in_an_address(self, ana, address):
        assert visit(ana, f"{KEYS}{address}").status_code == 422

    def test_finds_no_sub_account_of_another_agency(self, ana):
        foreign = tenants.sub_account(tenants.agency(name="Norte Digital"))

        assert visit(ana, f"{KEYS}/new?sub_account={foreign.public_id}").status_code == 404

    def test_finds_the_sub_account_by_its_name(self, ana, agency, shop):
        tenants.sub_account(agency, name="Riverside Yoga")

        page = visit(ana, f"{KEYS}/new/sub-account?search=dental").text
        assert shop.public_id in page
        assert "Riverside" not in page

    def test_is_for_those_who_manage_keys(self, app, agency):
        billing = staff.signed_in(app, staff.person(agency, email="b@lumen.example", role=Role.BILLING))

        assert visit(billing, KEYS).status_code == 403


class TestTheKeysOfAPanel:
    def test_are_its_own_alone(self, app, agency, shop):
        staff.api_key(agency)
        dora = staff.signed_in(app, staff.person(agency, email="dora@dental.example", at=shop))
        page = f"/s/{shop.public_id}/billing/developers/api-keys"
        create(dora, f"{page}/new", name="Till", scopes=["usage.write"])

        listed = visit(dora, page).text
        assert "Till" in listed
        assert "Tests" not in listed.partition("<main")[2]

    def test_never_hold_what_is_the_agencys(self, app, agency, shop):
        dora = staff.signed_in(app, staff.person(agency, email="dora@dental.example", at=shop))

        answer = create(dora, f"/s/{shop.public_id}/billing/developers/api-keys/new", scopes=["sub_accounts.manage"])

        assert answer.status_code == 422


class TestRevokingAKey:
    def test_closes_the_api_to_it(self, client, agency, ana, owner):
        key = staff.api_key(agency)
        row = owner.execute("SELECT id FROM api_keys").fetchone()[0]
        submit(ana, f"{KEYS}/{ids.encode('key', row)}/revoke", page=KEYS)

        assert client.get(API, headers=staff.bearer(key)).status_code == 401

    def test_finds_no_key_of_another_agency(self, ana, owner):
        staff.api_key(tenants.agency(name="Norte Digital"))
        row = owner.execute("SELECT id FROM api_keys").fetchone()[0]

        answer = submit(ana, f"{KEYS}/{ids.encode('key', row)}/revoke", page="/account")

        assert answer.status_code == 404
        assert owner.execute("SELECT revoked_at FROM api_keys").fetchone() == (None,)


class TestTheResource:
    @pytest.fixture
    def headers(self, agency):
        return staff.bearer(staff.api_key(agency))

    def test_makes_a_key_and_shows_it_once(self, client, headers):
        made = client.post(API, headers=headers, json={"name": "Till", "scopes": ["usage.write"]})
        listed = client.get(API, headers=headers).get_json()["data"]

        assert made.status_code == 201
        assert made.get_json()["key"].startswith("ck_")
        assert [row["name"] for row in listed] == ["Till", "Tests"]
        assert not [row for row in listed if "key" in row]

    def test_pages_through(self, client, headers):
        for number in range(3):
            client.post(API, headers=headers, json={"name": f"Key {number}", "scopes": ["usage.write"]})
        first = client.get(f"{API}?limit=2", headers=headers).get_json()
        second = client.get(f"{API}?limit=2&cursor={first['next_cursor']}", headers=headers).get_json()

        names = [row["name"] for row in first["data"] + second["data"]]
        assert names == ["Key 2", "Key 1", "Key 0", "Tests"]
        assert second["next_cursor"] is None

    def test_grants_nothing_that_the_key_lacks(self, client, agency, owner):
        narrow = staff.bearer(staff.api_key(agency, scopes=frozenset({"keys.manage", "usage.read"})))

        answer = client.post(API, headers=narrow, json={"name": "More", "scopes": ["usage.read", "usage.write"]})

        assert answer.status_code == 403
        assert answer.get_json()["errors"] == {
            "scopes": ["You cannot give a key what you may not do yourself: usage.write."]
        }
        assert owner.execute("SELECT count(*) FROM api_keys").fetchone() == (1,)

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"scopes": ["usage.read"]}, "name"),
            ({"name": "x", "scopes": []}, "scopes"),
            ({"name": "x", "scopes": ["everything"]}, "scopes"),
            ({"name": "x", "scopes": ["team.manage"]}, "scopes"),
            ({"name": 7, "scopes": ["usage.read"]}, "name"),
            ({"name": "x", "scopes": ["usage.read"], "role": "owner"}, "role"),
            ({"name": "x", "scopes": ["usage.read"], "sub_account_id": "7"}, "sub_account_id"),
        ],
    )
    def test_names_the_wrong_field(self, client, headers, body, field):
        answer = client.post(API, headers=headers, json=body)

        assert answer.status_code == 422
        assert list(answer.get_json()["errors"]) == [field]

    def test_makes_no_key_to_a_foreign_sub_account(self, client, headers):
        foreign = tenants.sub_account(tenants.agency(name="Norte Digital"))
        body = {"name": "x", "scopes": ["usage.read"], "sub_account_id": foreign.public_id}

        assert client.post(API, headers=headers, json=body).status_code == 404

    def test_of_a_sub_account_stays_in_it(self, client, agency, shop, headers):
        own = staff.bearer(staff.api_key(agency, at=shop))
        other = tenants.sub_account(agency, name="Riverside Yoga")
        body = {"name": "x", "scopes": ["usage.read"]}

        made = client.post(API, headers=own, json=body)
        strange = client.post(API, headers=own, json=body | {"sub_account_id": other.public_id})

        assert made.get_json()["sub_account_id"] == shop.public_id
        assert strange.status_code == 404
        assert len(client.get(API, headers=own).get_json()["data"]) == 2

    def test_of_a_sub_account_sees_no_key_of_the_agency(self, client, agency, shop, headers):
        own = staff.bearer(staff.api_key(agency, at=shop))
        listed = client.get(API, headers=headers).get_json()["data"]
        agencys = next(row for row in listed if row["sub_account_id"] is None)

        assert client.delete(f"{API}/{agencys['id']}", headers=own).status_code == 404

    def test_revokes_once_of_two_at_once(self, app, client, headers):
        made = client.post(API, headers=headers, json={"name": "Till", "scopes": ["usage.write"]}).get_json()
        with ThreadPoolExecutor(3) as pool:
            answers = pool.map(
                lambda one: one.delete(f"{API}/{made['id']}", headers=headers).status_code,
                [app.test_client() for _number in range(3)],
            )

        assert sorted(answers) == [204, 409, 409]

    def test_needs_the_scope(self, client, agency):
        reader = staff.bearer(staff.api_key(agency, scopes=frozenset({"usage.read"})))

        refused = client.get(API, headers=reader)

        assert refused.status_code == 403
        assert "keys.manage" in refused.json["detail"]

    def test_holds_no_scope_that_manages_people(self):
        assert not {scope for scope in AGENCY_SCOPES | SUB_ACCOUNT_SCOPES if scope in {"team.manage", "team.owners"}}

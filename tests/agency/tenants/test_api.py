from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.factories import staff, tenants
from tests.factories.staff import bearer

BASE = "/api/v1/sub-accounts"


@pytest.fixture
def agency(app):
    return tenants.agency(country="MX", currency="MXN", time_zone="America/Mexico_City", locale="es")


@pytest.fixture
def key(agency):
    return bearer(staff.api_key(agency))


@pytest.fixture
def sub_account(agency):
    return tenants.sub_account(agency, name="Dental Norte", reference="crm-1")


def count(owner, table="sub_accounts"):
    return owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


class TestTheAgency:
    def test_is_shown_to_its_key(self, client, agency, key):
        answer = client.get("/api/v1/agency", headers=key)

        assert answer.json["id"] == agency.public_id
        assert (answer.json["currency"], answer.json["second_factor_required"]) == ("MXN", False)

    def test_is_changed_in_what_is_sent_alone(self, client, key, owner):
        answer = client.patch("/api/v1/agency", headers=key, json={"support_email": "ayuda@lumen.example"})

        assert answer.json["support_email"] == "ayuda@lumen.example"
        assert owner.execute("SELECT name, time_zone FROM agencies").fetchone() == (
            "Lumen Studio",
            "America/Mexico_City",
        )

    def test_is_closed_to_a_key_that_only_reads(self, client, agency):
        reader = bearer(staff.api_key(agency, scopes=frozenset({"agency.read"})))

        assert client.patch("/api/v1/agency", headers=reader, json={"name": "Other"}).status_code == 403


class TestOpening:
    def test_answers_with_the_new_one(self, client, key):
        answer = client.post(BASE, headers=key, json={"name": "Dental Norte", "reference": "crm-1"})

        assert answer.status_code == 201
        assert answer.json["id"].startswith("sac_")
        assert answer.json["state"] == "active"
        assert (answer.json["currency"], answer.json["time_zone"]) == ("MXN", "America/Mexico_City")

    def test_is_done_once_for_one_idempotency_key(self, client, key, owner):
        headers = key | {"Idempotency-Key": "first"}

        answers = [client.post(BASE, headers=headers, json={"name": "Dental Norte"}) for _ in range(2)]

        assert answers[0].json == answers[1].json
        assert answers[1].status_code == 201
        assert count(owner) == 1

    def test_refuses_one_idempotency_key_for_two_wishes(self, client, key, owner):
        headers = key | {"Idempotency-Key": "first"}
        client.post(BASE, headers=headers, json={"name": "Dental Norte"})

        answer = client.post(BASE, headers=headers, json={"name": "Dental Sur"})

        assert (answer.status_code, answer.json["code"]) == (409, "key-reused")
        assert count(owner) == 1

    def test_gives_one_of_two_at_once_the_reference(self, app, key, owner):
        def attempt(number):
            body = {"name": f"Clinic {number}", "reference": "crm-1"}
            return app.test_client().post(BASE, headers=key, json=body).status_code

        with ThreadPoolExecutor(2) as pool:
            statuses = sorted(pool.map(attempt, range(2)))

        assert statuses == [201, 422]
        assert count(owner) == 1


class TestListing:
    def test_gives_pages_newest_first(self, client, agency, key):
        for number in range(3):
            tenants.sub_account(agency, name=f"Clinic {number}")

        first = client.get(f"{BASE}?limit=2", headers=key).json
        second = client.get(f"{BASE}?limit=2&cursor={first['next_cursor']}", headers=key).json

        assert [row["name"] for row in first["data"]] == ["Clinic 2", "Clinic 1"]
        assert [row["name"] for row in second["data"]] == ["Clinic 0"]
        assert second["next_cursor"] is None

    @pytest.mark.parametrize(("query", "found"), [("search=norte", 1), ("search=sur", 0), ("state=paused", 0)])
    def test_is_narrowed(self, client, key, sub_account, query, found):
        assert len(client.get(f"{BASE}?{query}", headers=key).json["data"]) == found

    @pytest.mark.parametrize(
        ("query", "field"),
        [("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("state=asleep", "state"), ("q=1", "q")],
    )
    def test_names_the_filter_that_is_wrong(self, client, key, query, field):
        answer = client.get(f"{BASE}?{query}", headers=key)

        assert answer.status_code == 422
        assert list(answer.json["errors"]) == [field]

    @pytest.mark.parametrize("cursor", ["nonsense", "-", "-nonsense", "7" * 26 + "7"])
    def test_refuses_a_cursor_that_no_list_gave_out(self, client, key, cursor):
        answer = client.get(f"{BASE}?cursor={cursor}", headers=key)

        assert (answer.status_code, list(answer.json["errors"])) == (422, ["cursor"])


class TestChanging:
    def test_changes_what_is_sent_alone(self, client, key, sub_account):
        answer = client.patch(f"{BASE}/{sub_account.public_id}", headers=key, json={"name": "Dental Sur"})

        assert (answer.json["name"], answer.json["reference"]) == ("Dental Sur", "crm-1")

    def test_takes_a_reference_away_by_null(self, client, key, sub_account):
        answer = client.patch(f"{BASE}/{sub_account.public_id}", headers=key, json={"reference": None})

        assert answer.json["reference"] is None

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"name": None}, "name"),
            ({"name": ""}, "name"),
            ({"name": 7}, "name"),
            ({"name": "x" * 121}, "name"),
            ({"name": "a\x07b"}, "name"),
            ({"reference": ""}, "reference"),
            ({"email": "nobody"}, "email"),
            ({"time_zone": "Mars/Olympus"}, "time_zone"),
            ({"locale": ["es"]}, "locale"),
            ({"currency": "USD"}, "currency"),
            ({"state": "closed"}, "state"),
            ({"colour": "red"}, "colour"),
        ],
    )
    def test_names_the_field_that_is_wrong_and_changes_nothing(self, client, key, sub_account, body, field):
        address = f"{BASE}/{sub_account.public_id}"

        answer = client.patch(address, headers=key, json={"reference": "crm-2"} | body)

        assert answer.status_code == 422
        assert list(answer.json["errors"]) == [field]
        assert client.get(address, headers=key).json["reference"] == "crm-1"


class TestSuspending:
    @pytest.mark.parametrize(("noun", "state"), [("pause", "paused"), ("closure", "closed")])
    def test_begins_and_ends_by_a_noun(self, client, key, sub_account, noun, state):
        address = f"{BASE}/{sub_account.public_id}"

        begun = client.post(f"{address}/{noun}", headers=key, json={"reason": "Unpaid"})
        during = client.get(address, headers=key).json["state"]
        ended = client.delete(f"{address}/{noun}", headers=key)

        assert (begun.status_code, begun.json["reason"], begun.json["began_by"]) == (201, "Unpaid", "Tests")
        assert during == state
        assert (ended.status_code, ended.data) == (204, b"")
        assert client.get(address, headers=key).json["state"] == "active"

    def test_twice_is_refused_the_second_time(self, client, key, sub_account, owner):
        address = f"{BASE}/{sub_account.public_id}/pause"

        answers = [client.post(address, headers=key, json={"reason": "Unpaid"}) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [201, 409]
        assert answers[1].json["code"] == "already-suspended"
        assert count(owner, "sub_account_suspensions") == 1

    def test_needs_a_reason(self, client, key, sub_account):
        answer = client.post(f"{BASE}/{sub_account.public_id}/pause", headers=key, json={})

        assert (answer.status_code, list(answer.json["errors"])) == (422, ["reason"])

    def test_of_what_is_not_paused_ends_nothing(self, client, key, sub_account):
        assert client.delete(f"{BASE}/{sub_account.public_id}/pause", headers=key).status_code == 409


class TestTheKeyOfASubAccount:
    @pytest.fixture
    def own(self, agency, sub_account):
        return bearer(staff.api_key(agency, at=sub_account))

    def test_lists_itself_alone(self, client, agency, own, sub_account):
        tenants.sub_account(agency, name="Café Aurora")

        rows = client.get(BASE, headers=own).json["data"]

        assert [row["id"] for row in rows] == [sub_account.public_id]

    def test_finds_no_other(self, client, agency, own):
        other = tenants.sub_account(agency, name="Café Aurora")

        assert client.get(f"{BASE}/{other.public_id}", headers=own).status_code == 404

    @pytest.mark.parametrize("method", ["post", "patch"])
    def test_manages_nothing(self, client, own, sub_account, method):
        address = BASE if method == "post" else f"{BASE}/{sub_account.public_id}"

        assert client.open(address, method=method, headers=own, json={"name": "Mine"}).status_code == 403

    def test_is_told_nothing_of_the_agency(self, client, own):
        assert client.get("/api/v1/agency", headers=own).status_code == 403


class TestBadRequests:
    @pytest.mark.parametrize("name", ["sac_nonsense", "inv_01hzy3v7k2e8mb4x9q0n5t6w1r", "7", "%00", "sac_" + "z" * 26])
    @pytest.mark.parametrize("method", ["get", "patch"])
    def test_a_malformed_id_is_no_address(self, client, key, name, method):
        assert client.open(f"{BASE}/{name}", method=method, headers=key, json={}).status_code == 404

    def test_another_agencys_id_is_not_there(self, client, key):
        stranger = tenants.sub_account(tenants.agency(name="Olive"))

        for noun in ("", "/pause", "/closure"):
            answer = client.open(
                f"{BASE}/{stranger.public_id}{noun}",
                method="POST" if noun else "GET",
                headers=key,
                json={"reason": "Mine now"},
            )
            assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")

    @pytest.mark.parametrize(
        "token", [None, "Bearer", "Bearer nonsense", "Basic x", "Bearer ck_01hzy3v7k2e8mb4x9q0n5t6w1r.x"]
    )
    def test_without_a_good_key_there_is_no_way_in(self, client, agency, token):
        answer = client.get(BASE, headers={"Authorization": token} if token else {})

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    @pytest.mark.parametrize(
        ("body", "kind", "status"),
        [
            (b"{", "application/json", 400),
            (b"[]", "application/json", 422),
            (b"null", "application/json", 422),
            (b'"name"', "application/json", 422),
            (b'{"name": "\xff"}', "application/json", 400),
            (b"name=Dental", "application/x-www-form-urlencoded", 415),
            (b'{"name": "' + b"x" * (3 * 1024 * 1024) + b'"}', "application/json", 413),
        ],
        ids=["cut off", "list", "null", "text", "not utf-8", "form", "oversize"],
    )
    def test_a_body_that_is_none_is_refused_and_nothing_done(self, client, key, body, kind, status):
        answer = client.post(BASE, headers=key, data=body, content_type=kind)

        assert answer.status_code == status
        assert answer.json["request_id"].startswith("req_")
        assert client.get(BASE, headers=key).json["data"] == []

    @pytest.mark.parametrize("method", ["put", "delete"])
    def test_a_method_that_is_none_is_refused(self, client, key, method):
        assert client.open(BASE, method=method, headers=key).status_code == 405

    @pytest.mark.parametrize("length", [0, 256])
    def test_an_idempotency_key_has_its_length(self, client, key, owner, length):
        answer = client.post(BASE, headers=key | {"Idempotency-Key": "k" * length}, json={"name": "Dental"})

        assert answer.status_code == 422
        assert count(owner) == 0

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from agency.foundation import ids
from agency.webhooks.operations import ENDPOINTS_MAX
from tests.factories import staff, tenants, webhooks

ENDPOINTS = "/api/v1/webhook-endpoints"
EVENTS = "/api/v1/events"
URL = "https://hooks.example/in"
APP = ids.encode("app", ids.new_id())


class Program:
    """Asks the API with a key."""

    def __init__(self, client, key):
        self.client, self.headers = client, staff.bearer(key)

    def __getattr__(self, method):
        return lambda path, **sent: self.open(path, method=method.upper(), **sent)

    def open(self, path, *, headers=None, **sent):
        return self.client.open(path, headers=self.headers | (headers or {}), **sent)


@pytest.fixture
def of_agency(client, lumen):
    return Program(client, staff.api_key(lumen))


@pytest.fixture
def of_shop(client, lumen, shop):
    return Program(client, staff.api_key(lumen, at=shop))


@pytest.fixture
def of_clinic(client, lumen, clinic):
    return Program(client, staff.api_key(lumen, at=clinic))


class TestAddingAnEndpoint:
    def test_gives_its_secret_this_once(self, of_agency, owner):
        made = of_agency.post(ENDPOINTS, json={"url": URL, "description": "Books"})
        shown = of_agency.get(f"{ENDPOINTS}/{made.json['id']}")

        assert made.status_code == 201
        assert made.json["secret"].startswith("whsec_")
        assert shown.json == {name: value for name, value in made.json.items() if name != "secret"}
        assert made.json["secret"] not in str(
            owner.execute("SELECT * FROM webhook_endpoints, audit_entries").fetchall()
        )

    def test_of_a_sub_account_belongs_to_it(self, of_agency, of_shop, shop):
        of_shop.post(ENDPOINTS, json={"url": URL, "event_types": ["wallet.recharged"]})

        [listed] = of_agency.get(ENDPOINTS).json["data"]
        assert (listed["sub_account_id"], listed["event_types"]) == (shop.public_id, ["wallet.recharged"])

    @pytest.mark.parametrize(
        ("field", "body"),
        [
            ("url", {}),
            ("url", {"url": "ftp://hooks.example"}),
            ("url", {"url": "https://ana:secret@hooks.example"}),
            ("url", {"url": f"https://hooks.example/{'x' * 2000}"}),
            ("url", {"url": 7}),
            ("event_types.0", {"url": URL, "event_types": ["everything"]}),
            ("event_types", {"url": URL, "event_types": "wallet.recharged"}),
            ("event_types", {"url": URL, "event_types": ["install.created", "payout.recorded"], "app_id": APP}),
            ("description", {"url": URL, "description": "x" * 121}),
            ("secret", {"url": URL, "secret": "whsec_bXkgb3du"}),
        ],
    )
    def test_refuses_by_the_field(self, of_agency, field, body):
        answer = of_agency.post(ENDPOINTS, json=body)

        assert answer.status_code == 422
        assert [name for name in answer.json["errors"] if name.startswith(field.partition(".")[0])]
        assert of_agency.get(ENDPOINTS).json["data"] == []

    @pytest.mark.parametrize(
        "url",
        [
            *("http://hooks.example/in", "https://127.0.0.1/in", "https://[::1]/in", "https://localhost:8443/in"),
            *("https://10.1.2.3/in", "https://169.254.169.254/latest/meta-data"),
        ],
    )
    def test_in_production_refuses_what_is_not_public_or_not_https(self, of_agency, go_live, url):
        go_live()

        answer = of_agency.post(ENDPOINTS, json={"url": url})

        assert (answer.status_code, list(answer.json["errors"])) == (422, ["url"])

    def test_ends_at_as_many_as_there_can_be(self, lumen, of_agency, of_shop):
        for _ in range(ENDPOINTS_MAX):
            webhooks.endpoint(lumen)

        assert of_agency.post(ENDPOINTS, json={"url": URL}).status_code == 409
        assert of_shop.post(ENDPOINTS, json={"url": URL}).status_code == 201

    def test_needs_its_permission(self, client, lumen):
        program = Program(client, staff.api_key(lumen, scopes=frozenset({"keys.manage"})))

        assert program.post(ENDPOINTS, json={"url": URL}).status_code == 403


class TestChangingAnEndpoint:
    def test_sets_what_is_sent_alone(self, lumen, of_agency):
        address = f"{ENDPOINTS}/{webhooks.endpoint(lumen, kinds=('charge.settled',))[0].public_id}"

        changed = of_agency.patch(address, json={"url": "https://hooks.example/other"}).json

        assert (changed["url"], changed["event_types"]) == ("https://hooks.example/other", ["charge.settled"])

    def test_of_one_app_takes_nothing_that_is_not_about_apps(self, of_agency):
        made = of_agency.post(ENDPOINTS, json={"url": URL, "app_id": APP, "event_types": ["install.created"]})
        address = f"{ENDPOINTS}/{made.json['id']}"

        answer = of_agency.patch(address, json={"event_types": ["install.removed", "charge.settled"]})

        assert (answer.status_code, list(answer.json["errors"])) == (422, ["event_types"])
        assert of_agency.get(address).json["event_types"] == ["install.created"]

    def test_switches_it_off_and_on(self, lumen, of_agency):
        address = f"{ENDPOINTS}/{webhooks.endpoint(lumen)[0].public_id}"

        off = of_agency.patch(address, json={"enabled": False}).json
        on = of_agency.patch(address, json={"enabled": True}).json

        assert (off["enabled"], off["disabled_reason"]) == (False, "by_hand")
        assert (on["enabled"], on["disabled_reason"], on["disabled_at"]) == (True, None, None)

    def test_refuses_a_wrong_address_and_changes_nothing(self, lumen, of_agency):
        address = f"{ENDPOINTS}/{webhooks.endpoint(lumen)[0].public_id}"

        answer = of_agency.patch(address, json={"url": "nowhere", "description": "Books"})

        assert answer.status_code == 422
        assert of_agency.get(address).json["description"] == ""

    def test_is_told_in_the_audit_log(self, lumen, of_agency, owner):
        address = f"{ENDPOINTS}/{webhooks.endpoint(lumen)[0].public_id}"

        of_agency.patch(address, json={"description": "Books", "enabled": False})

        acts = owner.execute("SELECT action FROM audit_entries WHERE action LIKE 'webhook%' ORDER BY id").fetchall()
        assert [act for (act,) in acts] == [
            "webhook_endpoint.added",
            "webhook_endpoint.changed",
            "webhook_endpoint.disabled",
        ]


class TestReplacingASecret:
    def test_lets_the_one_before_sign_along(self, lumen, of_agency, receiver, work):
        endpoint, first = webhooks.endpoint(lumen, receiver.url)

        second = of_agency.post(f"{ENDPOINTS}/{endpoint.public_id}/secrets", json={})
        third = of_agency.post(f"{ENDPOINTS}/{endpoint.public_id}/secrets", json={})
        webhooks.event(lumen)
        work()

        assert (second.status_code, third.status_code) == (201, 201)
        [got] = receiver.received
        for secret in (first, second.json["secret"], third.json["secret"]):
            assert Webhook(secret).verify(got.body, got.headers)["type"] == "wallet.recharged"

    def test_ends_with_the_overlap(self, lumen, of_agency, receiver, work, owner):
        endpoint, first = webhooks.endpoint(lumen, receiver.url)
        answer = of_agency.post(f"{ENDPOINTS}/{endpoint.public_id}/secrets", json={})
        owner.execute("UPDATE webhook_endpoints SET old_secrets_until = ARRAY[now()]")

        webhooks.event(lumen)
        work()

        [got] = receiver.received
        assert Webhook(answer.json["secret"]).verify(got.body, got.headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(first).verify(got.body, got.headers)

    def test_of_another_place_is_refused(self, lumen, shop, of_clinic):
        endpoint, _secret = webhooks.endpoint(lumen, at=shop)

        assert of_clinic.post(f"{ENDPOINTS}/{endpoint.public_id}/secrets", json={}).status_code == 404


class TestRemovingAnEndpoint:
    def test_forgets_its_deliveries_and_keeps_the_events(self, lumen, of_agency, receiver, work):
        endpoint, _secret = webhooks.endpoint(lumen, receiver.url)
        event = webhooks.event(lumen)
        work()

        answer = of_agency.delete(f"{ENDPOINTS}/{endpoint.public_id}")

        assert answer.status_code == 204
        assert of_agency.get(f"{ENDPOINTS}/{endpoint.public_id}").status_code == 404
        assert of_agency.get(f"{EVENTS}/{event.public_id}").status_code == 200


class TestAnotherPlace:
    def test_sees_no_endpoint(self, lumen, shop, of_shop, of_clinic):
        of_the_agency, of_the_shop = webhooks.endpoint(lumen)[0], webhooks.endpoint(lumen, at=shop)[0]

        assert of_clinic.get(ENDPOINTS).json["data"] == []
        assert [row["id"] for row in of_shop.get(ENDPOINTS).json["data"]] == [of_the_shop.public_id]
        assert of_shop.get(f"{ENDPOINTS}/{of_the_agency.public_id}").status_code == 404

    @pytest.mark.parametrize(("method", "body"), [("get", None), ("patch", {"enabled": False}), ("delete", None)])
    def test_reaches_no_endpoint(self, lumen, shop, of_clinic, method, body):
        address = f"{ENDPOINTS}/{webhooks.endpoint(lumen, at=shop)[0].public_id}"

        assert of_clinic.open(address, method=method.upper(), json=body).status_code == 404

    def test_sees_and_replays_no_event(self, lumen, shop, of_clinic):
        event = webhooks.event(lumen, about=shop)
        webhooks.event(lumen)

        assert of_clinic.get(EVENTS).json["data"] == []
        assert of_clinic.get(f"{EVENTS}/{event.public_id}").status_code == 404
        assert of_clinic.post(f"{EVENTS}/{event.public_id}/replay", json={}).status_code == 404

    def test_of_another_agency_sees_nothing(self, client, lumen):
        webhooks.endpoint(lumen)
        webhooks.event(lumen)
        strangers = Program(client, staff.api_key(tenants.agency(name="Otra Agencia")))

        assert strangers.get(ENDPOINTS).json["data"] == []
        assert strangers.get(EVENTS).json["data"] == []


class TestTheEventLog:
    def test_lists_the_newest_first_in_pages(self, lumen, of_agency):
        events = [webhooks.event(lumen).public_id for _ in range(3)]

        first = of_agency.get(f"{EVENTS}?limit=2").json
        second = of_agency.get(f"{EVENTS}?limit=2&cursor={first['next_cursor']}").json

        assert [row["id"] for row in first["data"] + second["data"]] == events[::-1]
        assert second["next_cursor"] is None

    def test_lists_one_type(self, lumen, of_agency):
        webhooks.event(lumen, "wallet.recharged")
        settled = webhooks.event(lumen, "charge.settled")

        listed = of_agency.get(f"{EVENTS}?type=charge.settled").json["data"]

        assert [row["id"] for row in listed] == [settled.public_id]

    def test_shows_what_is_sent(self, lumen, shop, of_shop):
        event = webhooks.event(lumen, about=shop)

        assert of_shop.get(f"{EVENTS}/{event.public_id}").json == {
            "id": event.public_id,
            "type": "wallet.recharged",
            "sub_account_id": shop.public_id,
            "occurred_at": "2026-03-02T12:00:00+00:00",
            "data": webhooks.DATA,
        }

    @pytest.mark.parametrize("query", ["type=everything", "cursor=x", "limit=0", "kind=charge.settled"])
    def test_refuses_a_wrong_query(self, of_agency, query):
        assert of_agency.get(f"{EVENTS}?{query}").status_code == 422


class TestReplaying:
    def test_sends_the_event_again_with_its_id(self, lumen, of_agency, receiver, work):
        endpoint, _secret = webhooks.endpoint(lumen, receiver.url)
        event = webhooks.event(lumen)
        work()

        answer = of_agency.post(f"{EVENTS}/{event.public_id}/replay", json={})
        work()

        assert (answer.status_code, answer.json) == (202, {"endpoints": [endpoint.public_id]})
        assert [got.headers["webhook-id"] for got in receiver.received] == [event.public_id] * 2

    def test_begins_anew_what_was_given_up(self, lumen, of_agency, receiver, work, kept):
        webhooks.endpoint(lumen, receiver.url)
        event = webhooks.event(lumen)
        receiver.status = 500
        work()
        receiver.status = 200

        of_agency.post(f"{EVENTS}/{event.public_id}/replay", json={})
        work()

        assert (kept.deliveries(), kept.tries()) == ([("delivered", 1)], [(500, "refused"), (200, None)])

    def test_reaches_one_endpoint_that_came_later(self, lumen, of_agency, receiver, work):
        event = webhooks.event(lumen)
        work()
        webhooks.endpoint(lumen, f"{receiver.url}/one")
        other, _secret = webhooks.endpoint(lumen, f"{receiver.url}/other")

        wish = {"endpoint_id": other.public_id}
        of_agency.post(f"{EVENTS}/{event.public_id}/replay", json=wish)
        work()

        assert [got.path for got in receiver.received] == ["/other"]

    def test_by_a_sub_account_reaches_its_own_alone(self, lumen, shop, of_shop, receiver, work):
        event = webhooks.event(lumen, about=shop)
        work()
        webhooks.endpoint(lumen, f"{receiver.url}/agency")
        webhooks.endpoint(lumen, f"{receiver.url}/shop", at=shop)

        of_shop.post(f"{EVENTS}/{event.public_id}/replay", json={})
        work()

        assert [got.path for got in receiver.received] == ["/shop"]

    def test_is_done_once_for_a_key(self, lumen, of_agency, receiver, work):
        webhooks.endpoint(lumen, receiver.url)
        event = webhooks.event(lumen)
        headers = {"Idempotency-Key": "again-1"}

        for _ in range(2):
            of_agency.post(f"{EVENTS}/{event.public_id}/replay", json={}, headers=headers)
            work()

        assert len(receiver.received) == 1

    @pytest.mark.parametrize("wish", [{}, {"endpoint_id": ids.encode("whe", ids.new_id())}])
    def test_says_so_where_nobody_listens(self, lumen, of_agency, wish):
        event = webhooks.event(lumen)

        answer = of_agency.post(f"{EVENTS}/{event.public_id}/replay", json=wish)

        assert (answer.status_code, answer.json["code"]) == (409, "nobody-listens")

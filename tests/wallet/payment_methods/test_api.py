import pytest

from tests.factories import cards, staff, tenants

CONSENT = {"text": "I allow Lumen Studio to charge this card.", "given_by": "Ana Ruiz"}


class TestAttach:
    def test_a_token_becomes_a_card_on_file(self, call):
        answer = call.post(token="pm_card_visa", consent=CONSENT)

        assert answer.status_code == 201
        assert answer.json["last4"] == "4242"
        assert answer.json["is_primary"] is True
        assert answer.json["consented_by"] == "Ana Ruiz"

    def test_the_same_request_twice_attaches_once(self, call, stripe):
        answers = [call.post(key="k1", token="pm_card_visa", consent=CONSENT) for _each in range(2)]

        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json == answers[1].json
        assert len(stripe.requests("/v1/setup_intents")) == 1

    def test_a_repeated_request_goes_on_with_the_setup_of_the_first(self, call, stripe):
        stripe.fail("cut", path="/v1/setup_intents", when="after")

        lost = call.post(key="k1", token="pm_card_visa", consent=CONSENT)
        again = call.post(key="k1", token="pm_card_visa", consent=CONSENT)

        keys = {request["idempotency_key"] for request in stripe.requests("/v1/setup_intents")}
        assert (lost.status_code, again.status_code) == (503, 201)
        assert len(keys) == 1
        assert len(call.get().json["data"]) == 1

    def test_the_same_number_again_renews_the_card_in_its_place(self, call):
        first = call.post(token="pm_card_visa", consent=CONSENT).json

        second = call.post(token="pm_card_visa", consent=CONSENT).json

        assert second["id"] == first["id"]
        assert len(call.get().json["data"]) == 1

    @pytest.mark.parametrize("token", ["pm_card_visa_chargeDeclined", "pm_card_chargeDeclinedExpiredCard"])
    def test_a_refused_card_is_402_and_not_kept(self, call, token):
        answer = call.post(token=token, consent=CONSENT)

        assert answer.status_code == 402
        assert call.get().json["data"] == []

    def test_a_card_that_asks_its_bank_is_sent_to_the_page(self, call):
        answer = call.post(token=cards.ASKS_ITS_BANK, consent=CONSENT)

        assert answer.status_code == 402
        assert answer.json["code"] == "card-unfinished"

    def test_a_token_of_nobody_is_refused(self, call):
        answer = call.post(token="pm_not_there", consent=CONSENT)

        assert answer.status_code == 422

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"consent": CONSENT}, "token"),
            ({"token": "4242424242424242", "consent": CONSENT}, "token"),
            ({"token": "pm_card_visa"}, "consent"),
            ({"token": "pm_card_visa", "consent": {"text": "Yes."}}, "consent.given_by"),
        ],
    )
    def test_a_malformed_wish_names_its_field(self, call, body, field):
        answer = call.post(**body)

        assert answer.status_code == 422
        assert field in answer.json["errors"]


class TestManage:
    def test_backups_are_kept_in_the_order_named(self, call, sub_account):
        cards.card(sub_account)
        others = [cards.card(sub_account, token) for token in ("pm_card_mastercard", "pm_card_amex")]

        answer = call.put("/backups", payment_methods=[card.public_id for card in reversed(others)])

        assert [card["brand"] for card in answer.json["data"]] == ["visa", "amex", "mastercard"]
        assert [card["backup_order"] for card in answer.json["data"]] == [None, 1, 2]

    def test_the_primary_card_is_no_backup(self, call, sub_account):
        card = cards.card(sub_account)

        assert call.put("/backups", payment_methods=[card.public_id]).status_code == 422

    def test_another_card_becomes_primary(self, call, sub_account):
        cards.card(sub_account)
        other = cards.card(sub_account, "pm_card_mastercard")

        answer = call.put(f"/{other.public_id}/primary")

        assert answer.json["is_primary"] is True
        assert [card["is_primary"] for card in call.get().json["data"]] == [True, False]

    def test_a_detached_card_is_not_there_any_more(self, call, sub_account):
        card = cards.card(sub_account)

        assert call.delete(f"/{card.public_id}").status_code == 204
        assert call.get(f"/{card.public_id}").status_code == 404

    def test_a_card_of_another_sub_account_is_not_there(self, agency, call):
        strangers = cards.card(tenants.sub_account(agency, name="Taller Sur"))

        assert call.get(f"/{strangers.public_id}").status_code == 404
        assert call.delete(f"/{strangers.public_id}").status_code == 404
        assert call.put(f"/{strangers.public_id}/primary").status_code == 404
        assert call.put("/backups", payment_methods=[strangers.public_id]).status_code == 404

    def test_another_agencys_sub_account_is_not_there(self, app, call):
        stranger = staff.api_key(tenants.agency(name="Otra Agencia"))

        answer = call.client.get(call.address, headers=staff.bearer(stranger))

        assert answer.status_code == 404


class Call:
    """The API as a program of the agency uses it."""

    def __init__(self, client, agency, sub_account):
        self.client = client
        self.headers = staff.bearer(staff.api_key(agency))
        self.address = f"/api/v1/sub-accounts/{sub_account.public_id}/payment-methods"

    def get(self, path=""):
        return self.client.get(f"{self.address}{path}", headers=self.headers)

    def post(self, *, key=None, **body):
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post(self.address, json=body, headers=headers)

    def put(self, path, **body):
        return self.client.put(f"{self.address}{path}", json=body, headers=self.headers)

    def delete(self, path):
        return self.client.delete(f"{self.address}{path}", headers=self.headers)


@pytest.fixture
def agency(app, stripe):
    return tenants.agency()


@pytest.fixture
def sub_account(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def call(client, agency, sub_account):
    return Call(client, agency, sub_account)

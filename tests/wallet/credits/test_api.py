from datetime import timedelta

import pytest

from agency.foundation import clock, ids
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from tests.factories import staff, tenants
from tests.factories.wallet import granted, spent, topped_up
from wallet.ledger.checks import verify


def dollars_of(amount):
    return {"amount": amount, "currency": "USD"}


@pytest.mark.usefixtures("credit")
class TestWallet:
    def test_it_shows_the_balance_and_its_parts(self, call):
        body = call.get("").json

        assert (body["balance"], body["purchased"], body["complimentary"], body["owed"]) == (
            dollars_of("30.00"),
            dollars_of("25.00"),
            dollars_of("5.00"),
            dollars_of("0.00"),
        )
        assert (body["available"], body["held"], body["runway"]) == (
            dollars_of("30.00"),
            dollars_of("0.00"),
            {"runs_dry_at": None, "days": None},
        )

    def test_it_lists_lots(self, call):
        assert [lot["kind"] for lot in call.get("/lots").json["data"]] == ["complimentary", "purchased"]

    def test_it_lists_transactions_with_the_lots_that_paid(self, agency, sub_account, call):
        with scope.of_agency(agency.id), transaction():
            spent(sub_account, "8")

        row = call.get("/transactions?limit=1").json["data"][0]

        assert (row["amount"], row["balance"]) == (dollars_of("-8.00"), dollars_of("22.00"))
        assert {lot["kind"]: lot["amount"]["amount"] for lot in row["lots"]} == {
            "complimentary": "5.00",
            "purchased": "3.00",
        }

    def test_pages_of_transactions_follow_each_other(self, call):
        first = call.get("/transactions?limit=1").json
        second = call.get(f"/transactions?limit=1&cursor={first['next_cursor']}").json

        assert [page["data"][0]["kind"] for page in (first, second)] == ["grant", "top_up"]

    def test_it_explains_a_transaction_by_the_credit_that_paid(self, call):
        charged = call.post("/charges", amount=dollars_of("8.00"), description="Calls").json
        steps = call.get(f"/transactions/{charged['id']}/explanation").json["data"]

        assert [(step["kind"], step["amount"]["amount"]) for step in steps] == [
            ("transaction", "-8.00"),
            ("lot", "3.00"),
            ("lot", "5.00"),
        ]

    @pytest.mark.parametrize(("amount", "has"), [("30.00", True), ("30.01", False)])
    def test_it_says_whether_there_are_funds(self, call, amount, has):
        asked = call.get(f"/has-funds?amount={amount}&currency=USD").json
        told = call.post("/has-funds", amount=dollars_of(amount)).json

        assert asked == told == {"has_funds": has, "available": dollars_of("30.00")}


@pytest.mark.usefixtures("credit")
class TestGrants:
    def test_they_become_complimentary_credit(self, call):
        expires_at = (clock.wall() + timedelta(days=9)).isoformat()
        answer = call.post(
            "/grants", amount=dollars_of("2.50"), reason="Welcome", expires_at=expires_at, meters=["calls"]
        )

        assert answer.status_code == 201
        assert (answer.json["kind"], answer.json["granted"], answer.json["meters"]) == (
            "complimentary",
            dollars_of("2.50"),
            ["calls"],
        )

    def test_a_sub_account_gives_itself_nothing(self, client, agency, sub_account):
        call = Caller(client, agency, sub_account, at=sub_account)

        assert call.post("/grants", amount=dollars_of("2.50"), reason="Welcome").status_code == 403

    def test_credit_does_not_expire_in_the_past(self, call):
        answer = call.post("/grants", amount=dollars_of("1"), reason="Late", expires_at="2020-01-01T00:00:00Z")

        assert (answer.status_code, list(answer.json["errors"])) == (422, ["expires_at"])


@pytest.mark.usefixtures("credit")
class TestCharges:
    def test_they_spend(self, call):
        answer = call.post("/charges", amount=dollars_of("0.0083"), meter="sms_segments", description="One message")

        assert (answer.status_code, answer.json["amount"], answer.json["meter"]) == (
            201,
            dollars_of("-0.0083"),
            "sms_segments",
        )

    def test_they_are_refused_beyond_what_is_available(self, call):
        answer = call.post("/charges", amount=dollars_of("30.01"))

        assert (answer.status_code, answer.json["code"]) == (402, "insufficient-funds")
        assert call.get("").json["balance"] == dollars_of("30.00")

    def test_the_same_key_spends_once(self, call):
        answers = [call.post("/charges", key="one", amount=dollars_of("1.00")) for _ in range(2)]

        assert answers[0].json == answers[1].json
        assert call.get("").json["balance"] == dollars_of("29.00")

    @pytest.mark.parametrize(
        "amount",
        [
            dollars_of("0"),
            dollars_of("-1"),
            dollars_of("0.0000001"),
            dollars_of("1000000000.01"),
            dollars_of("99999999999999999999"),
            dollars_of("1e3"),
            dollars_of("NaN"),
            {"amount": 1.5, "currency": "USD"},
            {"amount": "1", "currency": "EUR"},
            {"amount": "1", "currency": "XXX"},
            {"amount": "1"},
            "1",
            None,
        ],
    )
    def test_a_wrong_amount_is_named_and_changes_nothing(self, call, amount):
        answer = call.post("/charges", amount=amount)

        assert (answer.status_code, [name.split(".")[0] for name in answer.json["errors"]]) == (422, ["amount"])
        assert call.get("").json["balance"] == dollars_of("30.00")


@pytest.mark.usefixtures("credit")
class TestHolds:
    def test_held_captured_in_part_and_never_again(self, call):
        hold = call.post("/holds", amount=dollars_of("10.00")).json
        captured = call.post(f"/holds/{hold['id']}/capture", amount=dollars_of("4.00"))
        again = call.post(f"/holds/{hold['id']}/capture", amount=dollars_of("1.00"))

        assert (captured.status_code, captured.json["amount"]) == (201, dollars_of("-4.00"))
        assert (again.status_code, again.json["code"]) == (409, "hold-ended")
        assert call.get("").json["available"] == dollars_of("26.00")

    def test_a_capture_takes_all_where_no_amount_is_sent(self, call):
        hold = call.post("/holds", amount=dollars_of("10.00")).json

        assert call.post(f"/holds/{hold['id']}/capture").json["amount"] == dollars_of("-10.00")

    def test_no_more_than_the_hold_is_captured(self, call):
        hold = call.post("/holds", amount=dollars_of("10.00")).json
        answer = call.post(f"/holds/{hold['id']}/capture", amount=dollars_of("10.01"))

        assert (answer.status_code, answer.json["code"]) == (422, "capture-above-hold")

    def test_released_it_is_available_again(self, call):
        hold = call.post("/holds", amount=dollars_of("10.00")).json
        listed = call.get("/holds").json["data"]
        released = call.post(f"/holds/{hold['id']}/release")

        assert (listed[0]["id"], released.status_code, released.json["state"]) == (hold["id"], 200, "released")
        assert call.get(f"/holds/{hold['id']}").json["state"] == "released"
        assert call.get("").json["available"] == dollars_of("30.00")

    @pytest.mark.parametrize("days", [-1, 32])
    def test_it_ends_within_31_days(self, call, days):
        expires_at = (clock.wall() + timedelta(days=days)).isoformat()

        assert call.post("/holds", amount=dollars_of("1"), expires_at=expires_at).status_code == 422


@pytest.mark.usefixtures("credit")
class TestDoor:
    @pytest.mark.parametrize("path", ["", "/lots", "/transactions", "/holds", "/has-funds?amount=1&currency=USD"])
    def test_another_sub_accounts_key_finds_nothing(self, client, agency, sub_account, path):
        other = tenants.sub_account(agency, name="Other")

        assert Caller(client, agency, sub_account, at=other).get(path).status_code == 404

    def test_another_agencys_key_finds_nothing(self, client, sub_account):
        assert Caller(client, tenants.agency(name="Other"), sub_account).get("").status_code == 404

    def test_a_key_that_may_only_read_spends_nothing(self, client, agency, sub_account):
        call = Caller(client, agency, sub_account, scopes=frozenset({"wallets.read"}))

        assert call.post("/charges", amount=dollars_of("1.00")).status_code == 403

    def test_a_hold_of_another_wallet_is_not_found(self, client, agency, sub_account, call):
        hold = call.post("/holds", amount=dollars_of("1.00")).json
        other = Caller(client, agency, tenants.sub_account(agency, name="Other"))

        assert other.post(f"/holds/{hold['id']}/capture").status_code == 404

    def test_a_closed_sub_account_spends_nothing(self, owner, sub_account, call):
        owner.execute("UPDATE sub_accounts SET state = 'closed' WHERE id = %s", (sub_account.id,))

        assert call.post("/charges", amount=dollars_of("1.00")).json["code"] == "sub-account-closed"
        assert call.get("/has-funds?amount=1&currency=USD").json["has_funds"] is False


class Caller:
    """A program with a key, at one wallet."""

    def __init__(self, client, agency, sub_account, **key):
        self.client, self.headers = client, staff.bearer(staff.api_key(agency, **key))
        self.path = f"/api/v1/wallets/{ids.encode('sac', sub_account.id)}"

    def get(self, path):
        return self.client.get(self.path + path, headers=self.headers)

    def post(self, path, *, key=None, **body):
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post(self.path + path, json=body, headers=headers)


@pytest.fixture
def call(client, agency, sub_account):
    return Caller(client, agency, sub_account)


@pytest.fixture
def credit(agency, sub_account):
    """Twenty-five dollars bought and five given; afterwards everything still agrees."""
    with scope.of_agency(agency.id), transaction():
        topped_up(sub_account, "25")
        granted(sub_account, "5")
    yield
    with scope.of_agency(agency.id), transaction():
        assert verify(agency.id) == []

"""What the people of a story do, each over the API; every answer is checked for its status."""

from datetime import datetime, timedelta

from agency.foundation import clock, ids
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from tests import post
from tests.factories import funds, staff
from tests.factories.tenants import NOON
from wallet.ledger.checks import verify


class Story:
    def __init__(self, client, key, sub_account, stripe, owner):
        self.client, self.stripe, self.owner = client, stripe, owner
        self.headers = staff.bearer(key)
        self.sub_account = sub_account
        self.wallet = f"/api/v1/wallets/{sub_account.public_id}"
        self.time: datetime = NOON

    def call(self, method, path, *, expect=200, body=None, **headers):
        answer = self.client.open(path, method=method, json=body, headers=self.headers | headers)
        assert answer.status_code == expect, answer.text
        return answer.get_json() if answer.data and answer.is_json else answer

    def get(self, part=""):
        return self.call("GET", f"{self.wallet}{part}")

    def rows(self, part):
        return self.get(part)["data"]

    def add_card(self, behaviour="pm_card_visa"):
        consent = {"text": "Charge this card.", "given_by": "Ana Ruiz"}
        path = f"/api/v1/sub-accounts/{self.sub_account.public_id}/payment-methods"
        return self.call("POST", path, expect=201, body={"token": behaviour, "consent": consent})

    def add_funds(self, amount, *, expect=201, card=None, **headers):
        body = {"amount": usd(amount)} | ({"payment_method": card} if card else {})
        return self.call("POST", f"{self.wallet}/top-ups", expect=expect, body=body, **headers)

    def refund(self, amount, *, expect=201, **headers):
        body = {"amount": usd(amount), "reason": "Asked for"}
        return self.call("POST", f"{self.wallet}/refunds", expect=expect, body=body, **headers)

    def collect(self):
        """The door works on every charge that is open, as its jobs do."""
        funds.collected(self.sub_account, now=clock.wall())

    def set_rule(self, amount="25.00", threshold="10.00", *, expect=200, **changes):
        """``changes`` are fields of the body as they are sent."""
        body = {"threshold": usd(threshold), "amount": usd(amount)} | changes.pop("body", {}) | changes
        return self.call("PUT", f"{self.wallet}/recharge-rule", expect=expect, body=body)

    def spend(self, amount):
        return self.call("POST", f"{self.wallet}/charges", expect=201, body={"amount": usd(amount)})

    def wait(self, **duration):
        """Let the sandbox's time pass, and everything that falls due be done."""
        self.time += timedelta(**duration)
        self.call("POST", "/api/v1/agency/clock/advance", body={"to": self.time.isoformat()})

    def balance(self):
        return self.get()["balance"]["amount"]

    def last_recharge(self):
        return self.rows("/recharges")[0]

    def decisions(self):
        """The reasons, oldest first."""
        return [row["reason"] for row in self.rows("/recharge-decisions")][::-1]

    def charged(self):
        """What the processor took, in cents."""
        return sorted(charge["amount"] for charge in self.stripe.charged())

    def decline(self, card, code, **terms):
        stripe_id = self.owner.execute(
            "SELECT stripe_id FROM payment_methods WHERE id = %s", (ids.decode("crd", card["id"]),)
        ).fetchone()[0]
        self.stripe.post(f"/payment_methods/{stripe_id}/decline", decline_code=code, **terms)

    def rows_of_cards(self):
        return self.call("GET", f"/api/v1/sub-accounts/{self.sub_account.public_id}/payment-methods")["data"]

    def letters(self):
        return post.letters(self.owner, self.sub_account.email)

    def confirm(self, outcome=None):
        """The cardholder confirms the charge that waits; ``outcome`` is what they then answer their bank."""
        waiting = "SELECT stripe_intent, stripe_card FROM charge_attempts WHERE state = 'needs_authentication'"
        intent, card = self.owner.execute(waiting).fetchone()
        self.stripe.confirm(intent, card)
        if outcome is not None:
            self.stripe.authenticate(intent, outcome)

    def verify(self):
        with scope.of_agency(self.sub_account.agency_id), transaction():
            assert verify(self.sub_account.agency_id) == []


def usd(amount):
    return {"amount": amount, "currency": "USD"}

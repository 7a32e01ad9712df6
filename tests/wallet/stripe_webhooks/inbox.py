"""The address at which the processor reports, as it would use it."""

import json
import time

from sqlalchemy import select

from agency.foundation import ids
from agency.foundation.database.session import session, transaction
from agency.foundation.encryption import encrypt
from agency.foundation.tenancy import scope
from tests.factories import cards, tenants
from wallet.merchant_accounts.models import MerchantAccount
from wallet.stripe_gateway.local.webhooks.signature import signature
from wallet.stripe_webhooks.jobs import handle
from wallet.stripe_webhooks.models import ProcessorEvent

SECRET = "whsec_of_the_tests"


class Inbox:
    """A merchant account's address, as the processor uses it."""

    def __init__(self, client, merchant):
        self.client = client
        self.merchant = merchant
        self.address = f"/webhooks/stripe/{merchant.public_id}"

    def send(self, event, *, signed_as=None, secret=SECRET, at=None):
        return self.send_text(json.dumps(event), signed_as=signed_as and json.dumps(signed_as), secret=secret, at=at)

    def send_text(self, text, *, signed_as=None, secret=SECRET, at=None):
        header = signature(signed_as or text, secret, at or int(time.time()))
        return self.client.post(self.address, data=text, headers={"Stripe-Signature": header})

    def deliver(self, event):
        """Send it, and let the job do its work."""
        assert self.send(event).status_code == 204
        with scope.of_agency(self.merchant.agency_id):
            handle(event_id=str(self.rows()[-1].id))

    def rows(self):
        with scope.of_agency(self.merchant.agency_id), transaction():
            rows = session.scalars(select(ProcessorEvent).order_by(ProcessorEvent.id)).all()
            session.expunge_all()
        return rows


def event(kind, thing=None):
    return {"id": f"evt_{ids.new_id()}", "object": "event", "type": kind, "data": {"object": thing or {}}}


def merchant_of(agency):
    """The agency's merchant account, with a secret that the tests know."""
    cards.card(tenants.sub_account(agency, name="Clínica Sol"))
    with scope.of_agency(agency.id), transaction():
        found = session.scalars(select(MerchantAccount)).one()
        found.webhook_secret = encrypt(SECRET)
    return found

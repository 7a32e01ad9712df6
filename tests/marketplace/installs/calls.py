"""What an app asks, and what its client's books say of it."""

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from tests.factories import wallet
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.checks import verify
from wallet.ledger.models import Account


class Calls:
    def __init__(self, client, install, headers):
        self.client, self.install, self.headers = client, install, headers
        self.path = f"/api/v1/installs/{install.public_id}"

    def ask(self, part, body=None, *, method="POST", expect=201):
        answer = self.client.open(f"{self.path}{part}", method=method, json=body, headers=self.headers)
        assert answer.status_code == expect, answer.text
        return answer.get_json() if answer.is_json or answer.status_code >= 400 else None

    def charge(self, event_id="run-1", *, quantity="2", expect=201, **said):
        return self.ask("/charges", usage(event_id, quantity, **said), expect=expect)

    def hold(self, event_id="run-1", *, quantity="2", expect=201, **said):
        return self.ask("/holds", usage(event_id, quantity, **said), expect=expect)

    def refund(self, charge, event_id="back-1", *, expect=201, **said):
        return self.ask("/refunds", {"event_id": event_id, "charge_id": charge["id"]} | said, expect=expect)

    def balance(self, of):
        with scope.of_agency(self.install.agency_id), transaction():
            return wallet.balance(of)

    def shares(self):
        """What the publisher, the agency and the platform have, and nothing in the books differs."""
        row = self.install
        keys = (
            AccountKey(AccountKind.DEVELOPER_PAYABLE, row.sub_account_id, row.currency, "publisher", row.publisher_id),
            AccountKey(AccountKind.REVENUE_MARKETPLACE, row.sub_account_id, row.currency),
            AccountKey(AccountKind.PLATFORM_SHARE, row.sub_account_id, row.currency),
        )
        with scope.of_agency(row.agency_id), transaction():
            assert verify(row.agency_id) == []
            return [standing(row.agency_id, key) for key in keys]


def standing(agency_id, key):
    found = session.get(Account, (agency_id, key.id), populate_existing=True)
    return "0" if found is None else f"{(found.credits_posted - found.debits_posted) / 1_000_000:.4f}"


def usage(event_id, quantity, *, meter="pages", **said):
    return {"event_id": event_id, "meter": meter, "quantity": quantity} | said

import pytest

from agency.foundation.database.session import session
from tests.factories import cards, funds, tenants


@pytest.fixture
def client(app, stripe):
    """A sub-account with a card that pays and $25.00 in its wallet."""
    opened = tenants.sub_account(tenants.agency(), email="pagos@dentalnorte.example")
    cards.card(opened)
    funds.added(opened, "25.00")
    session.expunge_all()  # A refusal rolls back, and would forget what the test still asks of it.
    return opened

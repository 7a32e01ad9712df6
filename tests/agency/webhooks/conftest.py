from dataclasses import dataclass, replace

import pytest
from psycopg import Connection

from tests import post
from tests.agency.webhooks.receiver import Receiver
from tests.factories import tenants


@pytest.fixture
def receiver():
    listening = Receiver()
    server = listening.start()
    yield listening
    server.shutdown()
    server.server_close()


@pytest.fixture
def lumen(app):
    return tenants.agency()


@pytest.fixture
def shop(lumen, owner):
    return quietly_opened(lumen, owner, name="Dental Norte")


@pytest.fixture
def clinic(lumen, owner):
    return quietly_opened(lumen, owner, name="Dental Sur")


def quietly_opened(lumen, owner, *, name):
    """A sub-account of whose opening nobody is told."""
    opened = tenants.sub_account(lumen, name=name)
    owner.execute("DELETE FROM jobs")
    owner.execute("DELETE FROM event_log")
    return opened


@pytest.fixture
def work(owner):
    """What the workers do with all that is due."""

    def run():
        post.work(owner, "webhooks.jobs.fan_out")
        post.work(owner, "webhooks.jobs.deliver")

    return run


@dataclass
class Kept:
    """What the database holds of deliveries, oldest first."""

    owner: Connection

    def deliveries(self):
        """State and number of tries."""
        return self.owner.execute("SELECT state, tries FROM webhook_deliveries ORDER BY id").fetchall()

    def tries(self):
        """Status and failure of each."""
        return self.owner.execute("SELECT status, failure FROM webhook_attempts ORDER BY id").fetchall()

    def why_off(self):
        return self.owner.execute("SELECT why_off FROM webhook_endpoints").fetchone()[0]

    def hurry(self):
        """Brings the next try forward to now."""
        self.owner.execute("UPDATE jobs SET not_before = now() WHERE state = 'waiting'")
        self.owner.execute("UPDATE webhook_deliveries SET next_at = now() WHERE state = 'pending'")


@pytest.fixture
def kept(owner):
    return Kept(owner)


@pytest.fixture
def go_live(app, monkeypatch):
    """From here on the platform is in production."""
    live = replace(app.extensions["settings"], mode="production")
    return lambda: monkeypatch.setitem(app.extensions, "settings", live)

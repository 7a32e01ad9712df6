import os
import subprocess
import sys

import pytest

from agency.foundation.database.session import session
from tests.architecture.sources import ROOT
from tests.factories import cards, funds, tenants


@pytest.fixture
def client(app, stripe):
    """A sub-account with a card that pays and $25.00 in its wallet."""
    opened = tenants.sub_account(tenants.agency(), email="pagos@dentalnorte.example")
    cards.card(opened)
    funds.added(opened, "25.00")
    session.expunge_all()  # A refusal rolls back, and would forget what the test still asks of it.
    return opened


@pytest.fixture
def started(settings):
    """Starts ``cartera`` with these words, as operators do; none outlives the test."""
    names = "base_url database_url redis_url secret_key encryption_key smtp_url stripe_secret_key stripe_api_base"
    environment = {name.upper(): getattr(settings, name) for name in names.split()}
    processes = []

    def start(*words):
        command = [sys.executable, "-m", "agency.commands", *words]
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment | {"CARTERA_MODE": "test"})
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()

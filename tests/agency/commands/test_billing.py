"""``cartera billing run`` as an operator calls it, in a process of its own."""

import os
import pty
import re
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT
from tests.factories import plans, subscriptions, tenants

pytestmark = pytest.mark.slow
NAMES = "base_url database_url redis_url secret_key encryption_key smtp_url stripe_secret_key stripe_api_base"
COUNT = "SELECT count(*) FROM billed_lines"
BREAK_ONE = """
UPDATE subscriptions SET time_zone = 'Nowhere/Land' WHERE id = (SELECT id FROM subscriptions ORDER BY id LIMIT 1)
"""


@pytest.fixture
def agency(app):
    found = tenants.agency()
    plan = plans.plan(found)
    for _client in range(3):
        subscriptions.subscription(tenants.sub_account(found), plan)
    return found


@pytest.fixture
def billed(settings, agency):
    """``cartera billing run`` until mid July: its exit code, what it said, and what its screen showed."""
    environment = os.environ | {name.upper(): getattr(settings, name) for name in NAMES.split()}

    def run(*words):
        reads, screen = pty.openpty()
        command = [sys.executable, "-m", "agency.commands", "billing", "run", "--agency", agency.public_id]
        done = subprocess.run(
            [*command, "--at", "2026-07-15T00:00:00Z", *words],
            cwd=ROOT,
            env=environment | {"CARTERA_MODE": "test", "TERM": "xterm"},
            stdout=subprocess.PIPE,
            stderr=screen,
            text=True,
            check=False,
        )
        os.close(screen)
        return done.returncode, done.stdout, _all_of(reads)

    return run


class TestTheCommand:
    def test_bills_everything_due_and_shows_how_far_it_is(self, billed, agency, owner):
        code, said, screen = billed()

        assert (code, said) == (0, f"{agency.public_id}: 3 subscriptions, 12 bills, 1164.00 USD\n")
        assert re.search(r"Billing .*100%", screen)
        assert owner.execute(COUNT).fetchone() == (15,)

    def test_that_is_dry_says_the_same_and_stores_nothing(self, billed, agency, owner):
        code, said, _screen = billed("--dry-run")

        assert (code, said) == (0, f"{agency.public_id}: 3 subscriptions, 12 bills, 1164.00 USD\n")
        assert owner.execute(COUNT).fetchone() == (3,)

    def test_names_whom_it_could_not_bill_and_fails(self, billed, agency, owner):
        owner.execute(BREAK_ONE)

        code, said, screen = billed()

        assert (code, said) == (1, f"{agency.public_id}: 2 subscriptions, 8 bills, 776.00 USD\n")
        assert "failed and is parked: ZoneInfoNotFoundError" in screen


def _all_of(reads):
    """What was written to the terminal; its other end is closed."""
    parts = []
    while True:
        try:
            part = os.read(reads, 65536)
        except OSError:  # A terminal's way to say that nobody writes any more.
            part = b""
        if not part:
            os.close(reads)
            return b"".join(parts).decode()
        parts.append(part)

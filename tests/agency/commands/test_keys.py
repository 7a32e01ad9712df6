"""``cartera keys rotate`` over every secret that is kept, cut off between its batches and run again."""

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet, InvalidToken

from agency.commands import keys
from agency.commands.main import cartera
from agency.foundation import encryption
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.encryption import encrypt
from agency.foundation.tenancy import scope
from agency.staff.models import Person
from agency.webhooks.models import Endpoint
from agency.webhooks.operations import replace_secret
from tests.factories import payments, staff, tenants, webhooks
from tests.factories.tenants import NOON

BEGINNING = b"gAAAA"  # Of everything that Fernet encrypts.
SECRETS = 6  # Two seeds, a key, and three of two endpoints.
COLUMNS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND (data_type = 'bytea' OR udt_name = '_bytea')
"""


class TestRotate:
    def test_leaves_nothing_under_the_old_key(self, secrets, rotate, new_key):
        result = rotate()

        assert result.stdout.startswith("5 rows encrypted anew")
        assert {table for table, _blob in secrets()} == {"people", "merchant_accounts", "webhook_endpoints"}
        assert under(new_key, secrets) == len(secrets()) == SECRETS

    def test_cut_off_between_batches_loses_nothing_and_goes_on(self, secrets, rotate, new_key, monkeypatch):
        monkeypatch.setattr(keys, "BATCH", 1)
        with monkeypatch.context() as cut:
            cut.setattr(keys, "_renew", cut_off_after(2))
            assert rotate().exit_code != 0
        halfway = under(new_key, secrets)

        result = rotate()

        assert 0 < halfway < len(secrets())
        assert under(new_key, secrets) == len(secrets())
        assert result.stdout.startswith("3 rows encrypted anew")
        assert rotate().stdout.startswith("0 rows encrypted anew")


def cut_off_after(rows):
    """As though the process were killed at the next row: its transaction is never committed."""
    renew, left = keys._renew, iter(range(rows))

    def renew_or_die(row, columns):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return renew(row, columns)

    return renew_or_die


def under(key, secrets):
    """How many a platform that has this key alone can read."""
    return sum(is_read_by(Fernet(key), blob) for _table, blob in secrets())


def is_read_by(cipher, blob):
    try:
        cipher.decrypt(blob)
    except InvalidToken:
        return False
    return True


@pytest.fixture
def new_key():
    return Fernet.generate_key().decode()


@pytest.fixture
def secrets(app, owner):
    """Every secret in the database, found by how it begins; kept under the key that was the only one so far."""
    agency = tenants.agency()
    shop = tenants.sub_account(agency)
    payments.receives(shop)
    people = [staff.person(agency), staff.person(agency, email="ben@lumen.example")]
    endpoints = [webhooks.endpoint(agency)[0], webhooks.endpoint(agency, at=shop)[0]]
    with scope.of_agency(agency.id), transaction():
        for person in people:
            session.get_one(Person, (agency.id, person.id)).totp_seed = encrypt("JBSWY3DPEHPK3PXP")
        replace_secret(session.get_one(Endpoint, (agency.id, endpoints[0].id)), by=OPERATOR, now=NOON)

    def found():
        return [
            (table, bytes(blob))
            for table, column, kind in owner.execute(COLUMNS).fetchall()
            for (value,) in owner.execute(f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL').fetchall()
            for blob in ([value] if kind == "bytea" else value)
            if bytes(blob).startswith(BEGINNING)
        ]

    return found


@pytest.fixture
def rotate(app, settings, new_key, monkeypatch):
    """The command with a new key before the old one, in the process of the tests."""
    encryption.install(app, f"{new_key},{settings.encryption_key}")
    monkeypatch.setattr(keys, "platform", lambda: app)
    yield lambda: CliRunner().invoke(cartera, ["keys", "rotate"])
    encryption.install(app, settings.encryption_key)

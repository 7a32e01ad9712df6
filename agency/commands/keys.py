"""``cartera keys rotate``: what is kept encrypted goes over to the newest key."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import click
from sqlalchemy import select

from agency.commands.platform import platform
from agency.foundation.database.base import Identified
from agency.foundation.database.session import session, transaction
from agency.foundation.encryption import encrypted_anew
from agency.foundation.tenancy import scope
from agency.staff.models import Person
from agency.webhooks.models import Endpoint
from agency.worker import every_agency
from subaccounts.portal.models.identities import PortalLink
from wallet.merchant_accounts.models import MerchantAccount

# Every column that holds what ``encrypt`` gave.
ENCRYPTED: dict[type[Identified], Sequence[str]] = {
    Person: ["totp_seed"],
    MerchantAccount: ["secret_key", "webhook_secret"],
    Endpoint: ["secret", "old_secrets"],
    PortalLink: ["code"],
}
BATCH = 500


@click.group()
def keys() -> None:
    """The keys of ENCRYPTION_KEY."""


@keys.command()
def rotate() -> None:
    """Encrypt every kept secret with the first key; cut off, it is run again and goes on with what is left."""
    changed = 0
    with platform().app_context():
        for agency_id in every_agency():
            for model, columns in ENCRYPTED.items():
                changed += sum(_batches(agency_id, model, columns))
    click.echo(f"{changed} rows encrypted anew; none is left under another key.")


def _batches(agency_id: UUID, model: type[Identified], columns: Sequence[str]) -> Iterator[int]:
    """How many rows changed in each batch, which is one transaction."""
    after: UUID | None = UUID(int=0)
    while after is not None:
        with scope.of_agency(agency_id), transaction():
            query = select(model).where(model.id > after).order_by(model.id).limit(BATCH).with_for_update()
            rows = session.scalars(query).all()
            after = rows[-1].id if rows else None
            changed = sum(_renew(row, columns) for row in rows)
        session.remove()
        yield changed


def _renew(row: Identified, columns: Sequence[str]) -> bool:
    """Whether anything of it was under another key."""
    kept = {name: getattr(row, name) for name in columns}
    anew = {name: _anew(value) for name, value in kept.items()}
    for name, value in anew.items():
        setattr(row, name, value)
    return anew != kept


def _anew(value: bytes | list[bytes] | None) -> bytes | list[bytes] | None:
    if isinstance(value, list):
        return [encrypted_anew(each) for each in value]
    return None if value is None else encrypted_anew(value)

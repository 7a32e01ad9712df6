"""Cards that end: their person is told a month before, once, while there is time to add another."""

from datetime import datetime

from sqlalchemy import func, select, tuple_, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from agency.foundation.database.session import session, transaction
from agency.foundation.database.types import UtcTime
from agency.foundation.due.sources import DueSource, Moments
from agency.notices.operations import notify
from agency.notices.queries import Receiver
from agency.notices.rules import Notice
from agency.staff.mails import full_address
from agency.tenants.queries import sub_account
from wallet.billing_accounts.queries import billing_account
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.rules import NOTICE

BATCH = 100
UNTOLD = PaymentMethod.detached_at.is_(None) & PaymentMethod.expiry_told_at.is_(None)
MONTH = tuple_(PaymentMethod.exp_year, PaymentMethod.exp_month)
# As ``ends_on`` counts: the first day of the month after.
ENDS_AT = func.make_timestamptz(
    PaymentMethod.exp_year + PaymentMethod.exp_month // 12, PaymentMethod.exp_month % 12 + 1, 1, 0, 0, 0, "UTC"
)


def tell_due(now: datetime) -> None:
    """Write the letters, batch after batch."""
    while True:
        with transaction():
            cards = session.scalars(
                select(PaymentMethod).where(UNTOLD, _ends_within_notice(now)).limit(BATCH).with_for_update()
            ).all()
            for card in cards:
                _tell(card, now=now)
        if not cards:
            return


def _tell(card: PaymentMethod, *, now: datetime) -> None:
    """A card that is neither primary nor a backup ends in silence: nothing would have been charged to it."""
    card.expiry_told_at = now
    if not (card.is_primary or card.backup_order):
        return
    client, account = sub_account(card.sub_account_id), billing_account(card.payer_id)
    to = account.email or client.email
    notify(
        Notice.EXPIRING_CARDS,
        "card_ending",
        client.id,
        billing=Receiver(to, account.locale) if to else None,
        now=now,
        name=account.legal_name,
        card=card,
        url=full_address("payment_methods.index", sub_account_id=client.public_id),
    )


def _ends_within_notice(now: datetime) -> ColumnElement[bool]:
    """A card ends with its month: before the one that the notice reaches into."""
    limit = now + NOTICE
    return tuple_(limit.year, limit.month) > MONTH


MOMENTS = Moments(
    select(type_coerce(ENDS_AT, UtcTime)).where(UNTOLD).order_by(MONTH).limit(1),
    lambda now: select(PaymentMethod.agency_id).where(UNTOLD, _ends_within_notice(now)).distinct(),
    after=-NOTICE,
)
DUE = DueSource("ending cards", MOMENTS, tell_due)

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from agency.foundation.database.session import session
from agency.foundation.database.turns import take_turn
from agency.foundation.mail.operations import post
from agency.notices.models import RefusedNotice
from agency.notices.queries import Receiver, receivers
from agency.notices.rules import Notice
from agency.staff.mails import face
from agency.tenants.queries import agency


def choose_notices(person_id: UUID, wanted: Collection[Notice], *, sub_account_id: UUID) -> None:
    """Somebody wants these letters of a sub-account, and no others."""
    take_turn(f"notices/{sub_account_id}/{person_id}")
    mine = RefusedNotice.sub_account_id == sub_account_id, RefusedNotice.person_id == person_id
    session.execute(delete(RefusedNotice).where(*mine))
    session.add_all(
        RefusedNotice(sub_account_id=sub_account_id, person_id=person_id, notice=notice)
        for notice in Notice
        if notice not in wanted
    )


def notify(
    notice: Notice,
    template: str,
    sub_account_id: UUID,
    *,
    billing: Receiver | None,
    now: datetime,
    **context: object,
) -> None:
    """Write to the billing address, which refuses nothing, and to everybody of the team who wants it, each once."""
    seller = agency()
    found = receivers(notice, sub_account_id, language=billing.language if billing else seller.locale)
    addresses = {receiver.email.lower(): receiver for receiver in [*([billing] if billing else []), *found]}
    for receiver in addresses.values():
        post(
            template,
            to=receiver.email,
            language=receiver.language,
            sender_name=seller.name,
            now=now,
            sub_account_id=sub_account_id,
            agency_name=seller.name,
            unsubscribe=receiver.stop,
            **face(seller.accent, seller.logo_digest),
            **context,
        )

"""The link by which a cardholder confirms a recharge with their bank: one, valid for a day."""

from datetime import datetime, timedelta

from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from wallet.recharge.mails import mail_confirmation
from wallet.recharge.models import Recharge

VALID_FOR = timedelta(hours=24)


def ask_to_confirm(recharge: Recharge, *, now: datetime) -> Token:
    """Make the link and mail it; only its digest is kept."""
    token = Token.issue(scope.agency_id())
    recharge.link_digest, recharge.due_at = token.digest, now + VALID_FOR
    mail_confirmation(recharge, token, now=now)
    return token

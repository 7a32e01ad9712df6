"""The link by which a cardholder confirms a renewal with their bank: one, valid as long as the payment waits."""

from datetime import datetime

from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from subaccounts.billing_run.mails import mail_confirmation
from subaccounts.billing_run.models import AmountDue
from subaccounts.billing_run.operations.dunning import fall_behind
from wallet.charges.rules import DeclineClass


def ask_to_confirm(due: AmountDue, *, now: datetime) -> Token:
    """Its charge stays open meanwhile; only the digest of the link is kept."""
    code = DeclineClass.NEEDS_AUTHENTICATION
    due.decline_class, due.decline_code = code, code
    due.declines += 1
    fall_behind(due, now=now)
    token = Token.issue(scope.agency_id())
    due.link_digest = token.digest
    mail_confirmation(due, token, now=now)
    return token

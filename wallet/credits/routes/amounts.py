"""Which amounts a wallet's routes take."""

from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import InvalidInput
from agency.foundation.money import MICROS, Money
from agency.tenants import queries as tenants
from agency.tenants.models import SubAccount
from agency.tenants.operations.sub_accounts import SubAccountClosed

AMOUNT_MAX = 10**9 * MICROS  # A thousand million: beyond any bill, and far from where sums could overflow.


def open_sub_account(sub_account_id: UUID, amount: Money) -> SubAccount:
    """The sub-account that an amount is for.

    Raises:
        NotFound: no such sub-account for this key.
        SubAccountClosed: its wallet does no more work.
        InvalidInput: the amount is of another currency, or too large.
    """
    sub_account = tenants.sub_account(sub_account_id)
    if not sub_account.is_open:
        raise SubAccountClosed
    refuse_foreign_amount(sub_account, amount)
    return sub_account


def refuse_foreign_amount(sub_account: SubAccount, amount: Money) -> None:
    if amount.currency != sub_account.currency:
        message = _l("This wallet is in %(currency)s.", currency=sub_account.currency)
        raise InvalidInput({"amount": [str(message)]})
    if amount.micros > AMOUNT_MAX:
        raise InvalidInput({"amount": [str(_l("The amount is too large."))]})

from agency.tenants.events import SubAccountOpened
from wallet.billing_accounts.models import PayerKind
from wallet.billing_accounts.operations import AccountWish, open_payer


def open_for_sub_account(event: SubAccountOpened) -> None:
    """A sub-account pays its agency from its first day."""
    opened = event.sub_account
    wish = AccountWish(
        legal_name=opened.name,
        currency=opened.currency,
        country=opened.country,
        locale=opened.locale,
        email=opened.email,
    )
    open_payer(PayerKind.SUB_ACCOUNT, opened.id, wish, now=event.at)

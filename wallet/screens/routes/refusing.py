"""What no page does."""

from agency.tenants.operations.sub_accounts import SubAccountClosed
from wallet.screens.places import Place


def refuse_closed(at: Place) -> None:
    """Raises: SubAccountClosed, for its wallet changes no more."""
    if not at.sub_account.is_open:
        raise SubAccountClosed

from typing import Any
from uuid import UUID

from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import InvalidInput
from wallet.billing_accounts.models import BillingAccount
from wallet.billing_accounts.operations import change_account
from wallet.billing_accounts.queries import billing_account, is_complete, payer_of
from wallet.billing_accounts.schemas import ADDRESS_PARTS, AccountAnswer, AccountChanges, flat, shown

resources = api("billing-account", __name__, description="To whom a sub-account's documents are made out.")


@resources.route("/sub-accounts/<id(sac):sub_account_id>/billing-account")
class OneBillingAccount(MethodView):
    @resources.response(200, AccountAnswer)
    @permits("billing_accounts.read")
    def get(self, sub_account_id: UUID) -> dict[str, Any]:
        """Billing information."""
        return _answer(billing_account(payer_of(sub_account_id).id))

    @resources.arguments(AccountChanges)
    @resources.response(200, AccountAnswer)
    @permits("billing_accounts.manage")
    def patch(self, changes: dict[str, Any], sub_account_id: UUID) -> dict[str, Any]:
        """Change billing information; the country says which parts of the address it demands."""
        account = billing_account(payer_of(sub_account_id).id)
        try:
            with transaction():
                change_account(account, flat(changes), by=current_actor(), now=clock.now())
        except InvalidInput as refusal:
            raise InvalidInput(_in_address(refusal.errors)) from refusal
        return _answer(account)


def _answer(account: BillingAccount) -> dict[str, Any]:
    return shown(account, is_complete=is_complete(account))


def _in_address(errors: dict[str, list[str]]) -> dict[str, list[str]]:
    """Each error at the place where the body has its field."""
    return {f"address.{name}" if name in ADDRESS_PARTS else name: texts for name, texts in errors.items()}

"""Terms for adding funds: the agency's, and where one wallet differs."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from flask import g
from flask.views import MethodView
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import InvalidInput
from agency.foundation.money import Money
from agency.tenants.models import SubAccount
from agency.tenants.queries import sub_account
from wallet.credits.queries import wallet_of
from wallet.top_ups.operations.terms import agency_terms, set_terms, terms_of
from wallet.top_ups.rules import Terms
from wallet.top_ups.schemas import TermsAnswer, TermsChanges

resources = api("wallet-terms", __name__, description="Bounds, bonus and receipts of adding funds.")


@resources.route("/wallet-terms")
class AgencyTerms(MethodView):
    @resources.response(200, TermsAnswer)
    @permits("agency.read")
    def get(self) -> dict[str, object]:
        """What holds for wallets in the agency's currency that have no terms of their own."""
        return shown(agency_terms(g.agency.currency))

    @resources.arguments(TermsChanges)
    @resources.response(200, TermsAnswer)
    @permits("agency.manage")
    def patch(self, changes: dict[str, Any]) -> dict[str, object]:
        """Change the agency's terms."""
        change_terms(g.agency.currency, changes)
        return shown(agency_terms(g.agency.currency))


@resources.route("/wallets/<id(sac):sub_account_id>/terms")
class WalletTerms(MethodView):
    @resources.response(200, TermsAnswer)
    @permits("wallets.read")
    def get(self, sub_account_id: UUID) -> dict[str, object]:
        """What holds for a wallet."""
        return shown(terms_of(wallet_of(sub_account(sub_account_id))))

    @resources.arguments(TermsChanges)
    @resources.response(200, TermsAnswer)
    @permits("sub_accounts.manage")
    def patch(self, changes: dict[str, Any], sub_account_id: UUID) -> dict[str, object]:
        """Change where a wallet differs from its agency's terms."""
        found = sub_account(sub_account_id)
        change_terms(found.currency, changes, of=found)
        return shown(terms_of(wallet_of(found)))


def change_terms(currency: str, changes: dict[str, Any], *, of: SubAccount | None = None) -> None:
    foreign = [name for name, value in changes.items() if isinstance(value, Money) and value.currency != currency]
    if foreign:
        raise InvalidInput({name: [_("Write this in %(currency)s.", currency=currency)] for name in foreign})
    with transaction():
        set_terms(currency, changes, sub_account=of, by=current_actor(), now=clock.now())


def shown(terms: Terms) -> dict[str, object]:
    held = {field.name: getattr(terms, field.name) for field in fields(terms)}
    return held | {"cooling_down_minutes": int(terms.cooling_down.total_seconds() // 60)}

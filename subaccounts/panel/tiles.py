"""What the panel's first page says of the billing cycle: what renews next, and what is still to be paid."""

from flask import g, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from agency.foundation import i18n
from agency.foundation.money import Money
from agency.foundation.tiles import Stat
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.queries import owed_by
from subaccounts.subscriptions.queries import next_renewal


def renewal_tiles() -> list[Stat]:
    """The next renewal of all subscriptions: how much, and when."""
    coming = next_renewal(g.sub_account.id)
    if coming is None or coming.amount is None:
        return []
    return [
        Stat(
            label=_("Next renewal"),
            figure=i18n.money(coming.amount),
            href=url_for("panel_subscriptions.index"),
            note=Markup("{} · {}").format(coming.holding.terms.product.name, i18n.day(coming.renews_at)),
        )
    ]


def invoice_tiles() -> list[Stat]:
    """What is owed on open invoices of the agency, in the sub-account's currency."""
    owed = owed_by(seller=Seller.AGENCY, sub_account_id=g.sub_account.id)
    currency = g.sub_account.currency
    amount = owed.get(currency, Money.zero(currency))
    return [
        Stat(
            label=_("Outstanding balance"),
            figure=i18n.money(amount),
            href=url_for("billed_invoices.index"),
            tone="critical" if amount else None,
        )
    ]

"""What the wallet adds to the overviews of the panel and of the console."""

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from agency.foundation import clock
from agency.foundation.access.visitor import current_visitor
from agency.foundation.i18n import money, number
from agency.foundation.tiles import Stat
from wallet.credits.history import HistoryFilter, transactions
from wallet.ledger.codes import Code
from wallet.screens import words
from wallet.screens.at_risk import RISK_NAMES, count_at_risk
from wallet.screens.columns import day_and_month
from wallet.screens.figures import Figures, figures_of, spending_by_day
from wallet.screens.places import place_at
from wallet.screens.routes.history import history_lines

NEWEST = 5
DAYS = 30
YEAR_DAYS = 365
SPENT = (Code.USAGE, Code.CHARGE, Code.CAPTURE)


def wallet_tiles() -> list[Stat]:
    """Of the panel: what there is, and what is owed."""
    figures = _figures_here()
    stands, wallet = figures.balance, url_for("wallet.show")
    tiles = [
        Stat(label=_("Balance"), figure=money(stands.balance), href=wallet, note=_lasting(figures)),
        Stat(label=_("Complimentary credit"), figure=money(stands.complimentary), href=url_for("wallet.credit")),
        Stat(label=_("Outstanding"), figure=money(stands.owed), href=wallet),
    ]
    return tiles if stands.owed else tiles[:2]


def _figures_here() -> Figures:
    """The panel's wallet, read once for the tiles and the block below them."""
    if "wallet_figures" not in g:
        g.wallet_figures = figures_of(place_at(None), now=clock.now())
    found: Figures = g.wallet_figures
    return found


def _lasting(figures: Figures) -> str | None:
    days = figures.days_left
    if days is None:
        return None
    if days > YEAR_DAYS:
        return str(_("lasts more than a year"))
    return str(ngettext("lasts about %(num)d day", "lasts about %(num)d days", days))


def wallet_block() -> dict[str, object]:
    """Of the panel: automatic recharge, the balance's activity, the newest purchases."""
    at, now = place_at(None), clock.now()
    page = transactions(at.wallet, HistoryFilter(kinds=SPENT), cursor=None, limit=NEWEST)
    return {
        "at": at,
        "figures": _figures_here(),
        "lines": history_lines(page.rows),
        "points": [(day_and_month(day), [spent]) for day, spent in spending_by_day(at, days=DAYS, now=now)],
        "words": words,
        "may_pay": current_visitor().may("wallets.manage") and g.sub_account.is_open,
    }


def risk_tiles() -> list[Stat]:
    """Of the console: how many wallets need somebody, and why."""
    counted = count_at_risk(now=clock.now())
    why = [f"{RISK_NAMES[risk]}: {number(count)}" for risk, count in counted.by_risk.items() if count]
    return [
        Stat(
            label=_("Wallets at risk"),
            figure=number(counted.wallets),
            href=url_for("wallets_desk.at_risk"),
            note=" · ".join(why) or None,
        )
    ]

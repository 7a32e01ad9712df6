"""Ask the door for a recharge's charge, first and again."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from agency.foundation.database.session import session
from agency.foundation.money import Money
from wallet.charges.operations import ChargeWish, request_charge
from wallet.payment_methods.models import PaymentMethod
from wallet.recharge.models import Recharge, RechargeRule, RechargeState

RECHARGE = "recharge"


def fire(
    rule: RechargeRule, amount: Money, balance: Money, cards: Sequence[PaymentMethod], *, now: datetime
) -> Recharge:
    """Under the wallet's lock. The database itself refuses a second open one."""
    recharge = Recharge(
        sub_account_id=rule.sub_account_id,
        currency=rule.currency,
        amount_micros=amount.micros,
        balance_micros=balance.micros,
        state=RechargeState.REQUESTED,
        cards_left=[card.id for card in cards[1:]],
        cards_soft=[],
        soft_declines=0,
        our_failures=0,
        created_at=now,
    )
    session.add(recharge)
    session.flush()
    wish = ChargeWish(
        source_type=RECHARGE,
        source_id=recharge.id,
        card=cards[0],
        amount=amount,
        description=str(_l("Wallet recharged automatically")),
    )
    request_charge(wish, payer_id=cards[0].payer_id, now=now)
    return recharge

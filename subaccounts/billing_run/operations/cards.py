"""Which card is asked for what is due: those its person named, in their order, each once in a round."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from subaccounts.billing_run.models import AmountDue, DueState
from subaccounts.billing_run.operations.dunning import refused
from subaccounts.billing_run.operations.payments import asked_again
from wallet.charges.models import Charge, ChargeAttempt
from wallet.charges.operations import try_again
from wallet.charges.queries import attempts
from wallet.charges.rules import DeclineClass
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.queries import cards_to_try

NO_CARD = "no_card"


def declined(due: AmountDue, charge: Charge, attempt: ChargeAttempt, *, now: datetime) -> None:
    """The next named card at once; when none is left, later those that only said *not now*, else never."""
    decline = attempt.decline_class or DeclineClass.SOFT
    if decline is DeclineClass.OURS:  # The card was not refused: the same one again.
        due.cards_left = [attempt.payment_method_id, *due.cards_left]
        refused(due, decline, code=attempt.decline_code, now=now)
        return
    if decline is DeclineClass.SOFT:
        due.cards_soft = [*due.cards_soft, attempt.payment_method_id]
    left = _named(charge, due.cards_left)
    if left:
        _ask(due, charge, left, now=now)
        return
    due.cards_left, due.cards_soft = due.cards_soft, []
    refused(due, DeclineClass.SOFT if due.cards_left else decline, code=attempt.decline_code, now=now)


def begin_round(due: AmountDue, charge: Charge, *, now: datetime) -> None:
    """Ask the cards the last round left; where it left none, every named card that was not refused for good."""
    left = _named(charge, due.cards_left) or _not_refused(charge)
    if not left:
        refused(due, DeclineClass.SOFT, code=NO_CARD, now=now)
        return
    _ask(due, charge, left, now=now)


def _ask(due: AmountDue, charge: Charge, cards: Sequence[PaymentMethod], *, now: datetime) -> None:
    due.cards_left = [card.id for card in cards[1:]]
    due.state, due.retry_at = DueState.COLLECTING, None
    asked_again(due, cards[0])
    try_again(charge, cards[0], now=now)


def _named(charge: Charge, wanted: Sequence[UUID]) -> list[PaymentMethod]:
    """Of these cards those that are still named, and of the account that asked for the charge."""
    return [card for card in _all_named(charge) if card.id in wanted] if wanted else []


def _not_refused(charge: Charge) -> list[PaymentMethod]:
    """A card that was refused for good is asked again only where its person has no other."""
    hard = {attempt.fingerprint for attempt in attempts(charge.id) if attempt.decline_class is DeclineClass.HARD}
    named = _all_named(charge)
    return [card for card in named if card.fingerprint not in hard] or named


def _all_named(charge: Charge) -> list[PaymentMethod]:
    return [card for card in cards_to_try(charge.payer_id) if card.merchant_account_id == charge.merchant_account_id]

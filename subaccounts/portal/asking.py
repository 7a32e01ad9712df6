"""What a customer asks to pay: the parts as they stand in an address or in a form, and what the page shows of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from babel.numbers import get_decimal_symbol
from flask_babel import lazy_gettext as _l

from agency.foundation import i18n, ids
from agency.foundation.errors import DomainError
from agency.foundation.money import MalformedAmount, Money
from agency.foundation.typed_amounts import plain_decimal
from subaccounts.payments.rules.splitting import Owed, total

PART = "part_"
SEEN = "seen_"


class PartUnreadable(DomainError):
    status = 422
    field = "amount"
    message = _l("Write each amount as a number, at most what is left to pay of its invoice. Nothing was charged.")


class MoreThanLeft(PartUnreadable):
    message = _l(
        "An amount is more than what is left of its invoice, perhaps because it was paid just now. "
        "Below is what is left; it is charged only when you press Pay."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``parts`` is how much of each invoice; ``seen`` the balances the person was shown."""

    currency: str
    parts: Mapping[UUID, Money]
    seen: Mapping[UUID, Money]

    @property
    def amount(self) -> Money:
        """What the button says, and what is charged."""
        return total(self.parts, self.currency)


def offered(owed: list[Owed], sent: Mapping[str, str], *, currency: str, only: UUID | None) -> Asked:
    """All that can be paid, or of one invoice, or the parts that were written instead.

    Raises:
        PartUnreadable: one is no amount.
        MoreThanLeft: one is more than is left of its invoice.
    """
    shown = {each.invoice_id: each.amount for each in owed if each.amount.micros > 0}
    parts = _parts(sent, PART, currency, is_typed=True)
    if not parts:
        parts = {key: amount for key, amount in shown.items() if only in {None, key}}
    if any(amount > shown.get(key, Money.zero(currency)) for key, amount in parts.items()):
        raise MoreThanLeft
    return Asked(currency=currency, parts=parts, seen={key: shown[key] for key in parts})


def sent_back(sent: Mapping[str, str], *, currency: str) -> Asked:
    """The parts and balances that a form carries, as they were shown.

    Raises:
        PartUnreadable: somebody wrote them anew.
    """
    if currency not in i18n.IN_USE:
        raise PartUnreadable
    parts, seen = (_parts(sent, prefix, currency, is_typed=False) for prefix in (PART, SEEN))
    asked = Asked(currency=currency, parts=parts, seen=seen)
    if not asked.parts or asked.parts.keys() != asked.seen.keys():
        raise PartUnreadable
    return asked


def _parts(sent: Mapping[str, str], prefix: str, currency: str, *, is_typed: bool) -> dict[UUID, Money]:
    """What a person typed is read as their language writes it, what a page carries as a plain decimal."""
    mark = get_decimal_symbol(i18n.locale())
    found = {}
    for name, text in sent.items():
        if name.startswith(prefix) and text.strip():
            amount = _amount(plain_decimal(text, decimal_mark=mark) if is_typed else text, currency)
            if amount:
                found[_invoice_id(name.removeprefix(prefix))] = amount
    return found


def _amount(plain: str | None, currency: str) -> Money:
    try:
        amount = None if plain is None else Money.of(plain, currency)
    except MalformedAmount as error:
        raise PartUnreadable from error
    if amount is None or amount.micros < 0 or amount != amount.to_minor():
        raise PartUnreadable
    return amount


def _invoice_id(text: str) -> UUID:
    try:
        return ids.decode("inv", text)
    except ids.MalformedId as error:
        raise PartUnreadable from error

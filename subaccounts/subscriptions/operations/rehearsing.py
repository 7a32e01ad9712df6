"""What a past time would have cost each client under another version of a price. Stores nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import Row, and_, select

from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.plans.models.prices import Price
from agency.plans.models.products import PlanContents
from agency.plans.operations.price_versions import CurrencyFixed
from agency.plans.rehearsals import Past
from agency.plans.rules.components import Component
from agency.plans.rules.terms import PriceTerms
from agency.tenants.models import SubAccount
from subaccounts.subscriptions.models.course import BilledLine
from subaccounts.subscriptions.models.subscriptions import Subscription
from subaccounts.subscriptions.rules.rehearsal import Charged, charged_anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    before: Money
    after: Money

    @property
    def difference(self) -> Money:
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRehearsal(Difference):
    sub_account_id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal(Difference):
    """What was asked for a price from ``since`` until ``until``, before tax; who gains or loses most stands first."""

    since: datetime
    until: datetime
    clients: Sequence[ClientRehearsal]

    @classmethod
    def of(cls, clients: Sequence[ClientRehearsal], *, past: Past, currency: str) -> Self:
        return cls(
            since=past.since,
            until=past.until,
            clients=sorted(clients, key=lambda client: -abs(client.difference.micros)),
            before=Money.sum([client.before for client in clients], currency),
            after=Money.sum([client.after for client in clients], currency),
        )


def rehearse(price: Price, terms: PriceTerms, client_id: UUID | None, past: Past) -> Rehearsal:
    """Evaluate every line that the price's versions billed in a past time.

    A price agreed with one client stays as it is where the new terms are for everybody.

    ``terms`` are those that a client would pay.

    Raises:
        CurrencyFixed
    """
    if terms.currency != price.currency:
        raise CurrencyFixed
    lines: dict[tuple[UUID, str], list[Charged]] = defaultdict(list)
    for row in _billed(price, client_id, past):
        lines[row.sub_account_id, row.name].append(_charged(row, price))
    clients = [_client(key, found, terms) for key, found in lines.items()]
    return Rehearsal.of(clients, past=past, currency=price.currency)


def _client(key: tuple[UUID, str], lines: Sequence[Charged], terms: PriceTerms) -> ClientRehearsal:
    return ClientRehearsal(
        sub_account_id=key[0],
        name=key[1],
        before=Money.sum([line.net for line in lines], terms.currency),
        after=Money.sum([charged_anew(line, terms) for line in lines], terms.currency),
    )


def _billed(price: Price, client_id: UUID | None, past: Past) -> Iterable[Row[tuple[object]]]:
    whose = Price.sub_account_id.is_(None) if client_id is None else BilledLine.sub_account_id == client_id
    of_same = BilledLine.agency_id
    query = (
        select(
            BilledLine.sub_account_id,
            SubAccount.name,
            Price.terms,
            BilledLine.quantity,
            BilledLine.share,
            BilledLine.amount_micros,
            BilledLine.discount_micros,
            PlanContents.seats_included,
        )
        .join(Price, and_(Price.agency_id == of_same, Price.id == BilledLine.price_id))
        .join(SubAccount, and_(SubAccount.agency_id == of_same, SubAccount.id == BilledLine.sub_account_id))
        .join(Subscription, and_(Subscription.agency_id == of_same, Subscription.id == BilledLine.subscription_id))
        .outerjoin(PlanContents, and_(PlanContents.agency_id == of_same, PlanContents.id == Subscription.contents_id))
        .where(
            Price.line_id == price.line_id, whose, BilledLine.billed_at > past.since, BilledLine.billed_at <= past.until
        )
    )
    return session.execute(query)


def _charged(row: Row[tuple[object]], price: Price) -> Charged:
    included = (row.seats_included or 0) if price.component is Component.SEAT else 0
    discount = Money(row.discount_micros, price.currency)
    return Charged(
        terms=row.terms,
        billable=max(row.quantity - included, 0),
        share=row.share,
        gross=Money(row.amount_micros, price.currency) + discount,
        discount=discount,
    )

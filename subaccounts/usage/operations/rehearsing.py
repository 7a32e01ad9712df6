"""What past usage would have cost each client under another version of a price. Stores nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Row, and_, select

from agency.foundation.database.bulk import execute, uuids
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.plans.models.prices import Price
from agency.plans.operations.price_versions import CurrencyFixed
from agency.plans.rehearsals import Past
from agency.plans.rules.terms import Model, PriceTerms
from agency.tenants.models import SubAccount
from subaccounts.subscriptions.operations.rehearsing import ClientRehearsal, Rehearsal
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.rules.measuring import Reading
from subaccounts.usage.rules.pricing import Basis, price_of

# A correction lessens the transaction that it corrects; one taken back whole is none any more.
TRANSACTIONS = """
SELECT total_id, array_agg(value ORDER BY at, key) FROM (
    SELECT c.total_id, sum(e.quantity) AS value, min(e.occurred_at) AS at, coalesce(e.corrects, e.id) AS key
    FROM usage_charges c
    JOIN usage_batches b ON b.agency_id = c.agency_id AND b.rating_id = c.rating_id
    JOIN usage_events e ON e.agency_id = c.agency_id AND e.batch_id = b.id AND e.sub_account_id = c.sub_account_id
        AND e.meter_id = c.meter_id AND e.occurred_at >= c.occurred_from AND e.occurred_at < c.occurred_until
    WHERE c.agency_id = %(agency_id)s AND c.total_id = ANY (%(totals)s::uuid[])
    GROUP BY c.total_id, coalesce(e.corrects, e.id) HAVING count(*) = 1 OR sum(e.quantity) > 0
) each_one GROUP BY total_id
"""
Total = Row[UsageTotal, str]


def rehearse_usage(price: Price, terms: PriceTerms, client_id: UUID | None, past: Past) -> Rehearsal:
    """Price all usage that the price's versions rated, period by period, whose periods reach into a past time.

    A price agreed with one client stays as it is where the new terms are for everybody. What a period would ask at
    least counts once it is closed, and what its plan included stays included.

    Raises:
        CurrencyFixed
    """
    if terms.currency != price.currency:
        raise CurrencyFixed
    totals = _totals(price, client_id, past)
    values = _transactions([row.UsageTotal.id for row in totals]) if terms.model is Model.PERCENTAGE else {}
    by_client: dict[tuple[UUID, str], list[UsageTotal]] = defaultdict(list)
    for total, name in totals:
        by_client[total.sub_account_id, name].append(total)
    clients = [_client(key, found, terms, values) for key, found in by_client.items()]
    return Rehearsal.of(clients, past=past, currency=price.currency)


def _totals(price: Price, client_id: UUID | None, past: Past) -> Sequence[Total]:
    whose = Price.sub_account_id.is_(None) if client_id is None else UsageTotal.sub_account_id == client_id
    query = (
        select(UsageTotal, SubAccount.name)
        .join(Price, and_(Price.agency_id == UsageTotal.agency_id, Price.id == UsageTotal.price_id))
        .join(
            SubAccount,
            and_(SubAccount.agency_id == UsageTotal.agency_id, SubAccount.id == UsageTotal.sub_account_id),
        )
        .where(
            Price.line_id == price.line_id,
            whose,
            UsageTotal.period_end > past.since,
            UsageTotal.period_start < past.until,
        )
    )
    return session.execute(query).all()


def _transactions(total_ids: Sequence[UUID]) -> dict[UUID, Sequence[Decimal]]:
    return dict(execute(TRANSACTIONS, {"agency_id": scope.agency_id(), "totals": uuids(total_ids)}).fetchall())


def _client(
    key: tuple[UUID, str],
    totals: Iterable[UsageTotal],
    terms: PriceTerms,
    values: Mapping[UUID, Sequence[Decimal]],
) -> ClientRehearsal:
    found = list(totals)
    after = [_anew(total, terms, values.get(total.id, ())) for total in found]
    return ClientRehearsal(
        sub_account_id=key[0],
        name=key[1],
        before=Money.sum([total.charge for total in found], terms.currency),
        after=Money.sum(after, terms.currency),
    )


def _anew(total: UsageTotal, terms: PriceTerms, transactions: Sequence[Decimal]) -> Money:
    basis = Basis(reading=Reading(quantity=total.quantity, events=total.events), transactions=transactions)
    return price_of(terms, basis, included=total.included, closing=total.closed_at is not None)

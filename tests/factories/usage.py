"""Usage as programs send it, and what became of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID

from flask.testing import FlaskClient

from agency.foundation import clock, ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.plans.models.meters import Meter
from agency.tenants.models import Agency, SubAccount
from subaccounts.usage import queries
from subaccounts.usage.jobs import close_periods, open_minimums, read_file, run_rating
from subaccounts.usage.models.events import Origin
from subaccounts.usage.models.rating import UsageCharge, UsageCost, UsageTotal
from subaccounts.usage.models.uploads import UsageUpload
from subaccounts.usage.operations.billing import UsageLine, take_usage
from subaccounts.usage.operations.naming import name_member
from subaccounts.usage.operations.storing import store
from subaccounts.usage.operations.uploading import read_part, take_file
from tests.factories import wallet
from tests.factories.staff import bearer
from tests.factories.tenants import NOON
from wallet.credits.models.transactions import WalletTransaction
from wallet.ledger.checks import verify
from wallet.ledger.models import Account

numbers = count(1)


def event(
    of: SubAccount, meter: str = "sms_segments", quantity: str = "1", *, at: datetime = NOON, **said: object
) -> dict[str, object]:
    values = {"id": f"event-{next(numbers):06}", "sub_account_id": of.public_id, "meter": meter, "quantity": quantity}
    return values | {"occurred_at": at.isoformat()} | said


def send(client: FlaskClient, key: str, *events: object):
    return client.post("/api/v1/usage/events", json={"events": list(events)}, headers=bearer(key))


def statuses(answer) -> list[str]:
    return [each.get("reason", each["status"]) for each in answer.get_json()["data"]]


def used(of: SubAccount, *events: dict[str, object], now: datetime = NOON) -> list[str]:
    """Store events as the API does; they wait to be rated."""
    with scope.of_agency(of.agency_id), transaction():
        return [answer.outcome.value for answer in store(events, origin=Origin.API, now=now)]


def rated(of: Agency | SubAccount, *, now: datetime = NOON) -> None:
    """What the job does, until nothing waits."""
    with scope.of_agency(of.agency_id):
        run_rating(now)


def totals(of: SubAccount) -> list[UsageTotal]:
    """In the order of their periods."""
    with scope.of_agency(of.agency_id), transaction():
        query = session.query(UsageTotal).filter(UsageTotal.sub_account_id == of.id).populate_existing()
        return query.order_by(UsageTotal.period_start, UsageTotal.id).all()


def charges(of: SubAccount) -> list[UsageCharge]:
    with scope.of_agency(of.agency_id), transaction():
        query = session.query(UsageCharge).filter(UsageCharge.sub_account_id == of.id).populate_existing()
        return query.order_by(UsageCharge.id).all()


def amounts(of: SubAccount) -> list[str]:
    """Of each charge, without tax, oldest first."""
    return [charge.amount.plain() for charge in charges(of)]


def verified(of: Agency | SubAccount) -> None:
    with scope.of_agency(of.agency_id), transaction():
        assert verify(of.agency_id) == []


def books(of: SubAccount) -> dict[str, int]:
    """What stands on each of its accounts, in micros."""
    with scope.of_agency(of.agency_id), transaction():
        rows = session.query(Account).filter(Account.sub_account_id == of.id).populate_existing().all()
        return {row.kind.value: row.balance.micros for row in rows}


def cost(of: SubAccount, charges: Sequence[UsageCharge] | None = None) -> int:
    """What it cost the agency, in micros; or what those charges of it did."""
    with scope.of_agency(of.agency_id), transaction():
        rows = session.query(UsageCost).filter(UsageCost.sub_account_id == of.id).all()
    wanted = {row.charge_id for row in rows} if charges is None else {charge.id for charge in charges}
    return sum(row.cost_micros for row in rows if row.charge_id in wanted)


def funded(of: SubAccount, amount: str = "100.00") -> SubAccount:
    """With purchased credit in its wallet."""
    with scope.of_agency(of.agency_id), transaction():
        wallet.topped_up(of, amount)
    return of


def named(of: SubAccount, reference: str, department: str) -> None:
    with scope.of_agency(of.agency_id), transaction():
        name_member(of, reference, name=reference.title(), department=department, by=OPERATOR, now=NOON)


def transaction_of(charge: UsageCharge) -> str:
    """The public id of the line of the wallet's history that paid it."""
    return ids.encode(WalletTransaction.prefix, charge.transaction_id)


def agency_of(of: SubAccount) -> Agency:
    with scope.of_agency(of.agency_id), transaction():
        return session.get_one(Agency, of.agency_id)


def opened(of: SubAccount, *, now: datetime) -> None:
    """What the schedule does as periods begin of which a minimum is asked."""
    with scope.of_agency(of.agency_id):
        open_minimums(now)


def closed(of: SubAccount, *, now: datetime) -> None:
    """What the schedule does once periods are over."""
    with scope.of_agency(of.agency_id):
        close_periods(now)


def taken(of: SubAccount, bill_id: UUID, *, until: datetime) -> list[UsageLine]:
    """What a bill lists of the sub-account's usage."""
    with scope.of_agency(of.agency_id), transaction():
        return take_usage([of.id], lambda _total: bill_id, until=until, now=until)


def event_of(meter: str, quantity: str, *, number: int, **said: object) -> dict[str, object]:
    """An event that is nobody's yet, so many seconds after noon."""
    at = NOON + timedelta(seconds=number)
    return {"id": str(number), "meter": meter, "quantity": quantity, "occurred_at": at.isoformat()} | said


def sums(of: SubAccount) -> dict[str, tuple[Decimal, int]]:
    """Quantity and charge in micros of each meter that was used."""
    with scope.of_agency(of.agency_id), transaction():
        codes = {meter.id: meter.code for meter in session.query(Meter)}
    return {codes[total.meter_id]: (total.quantity, total.charge_micros) for total in totals(of)}


def paid_between(of: SubAccount, start: datetime, end: datetime, *, narrowed: bool = False) -> list[queries.Paid]:
    """By meter; ``narrowed``: as the sub-account itself sees it."""
    with scope.of_agency(of.agency_id, sub_account_id=of.id if narrowed else None), transaction():
        return list(queries.paid(of, start=start, end=end).values())


def paid(of: SubAccount) -> int:
    """What the wallet lost of its hundred dollars, in micros."""
    return 100_000_000 - books(of).get("purchased_credit", 0) + books(of).get("owed", 0)


def file_sent(of: SubAccount, *lines: str, name: str = "calls.csv", last: str = "member") -> UsageUpload:
    """A file that waits to be read, with the usual columns, the ``last`` of which may be another."""
    content = "\n".join([f"id,meter,quantity,occurred_at,{last}", *(lines or ["a,emails,1,2026-03-02T12:00:00Z,"])])
    with scope.of_agency(of.agency_id), transaction():
        return take_file(of, content.encode(), name=name, by=OPERATOR, now=NOON)


def file_read(upload: UsageUpload) -> UsageUpload:
    """What its job does."""
    with scope.of_agency(upload.agency_id), clock.standing_at(NOON):
        read_file(upload_id=str(upload.id))
    with scope.of_agency(upload.agency_id), transaction():
        return session.get_one(UsageUpload, (upload.agency_id, upload.id), populate_existing=True)


def part_read(upload: UsageUpload) -> None:
    """What its job does before it is cut off."""
    with scope.of_agency(upload.agency_id), transaction():
        read_part(upload.id, now=NOON)

"""A sub-account's own business: it bills its customers with the real invoices of a wholesaler of gifts."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from agency.demo.sample.api import Api
from agency.demo.sample.data import DATA

SELLER = "Robin & Reed Gifts"
KEYS = {"secret_key": "sk_test_robin_reed", "publishable_key": "pk_test_robin_reed"}
GUEST = "lucia@willowcorner.example"
DUE_DAYS, PAID_AFTER_WEEKS = 14, 2
# Of every six invoices one is never paid.
UNPAID_EVERY = 6

Line = Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Trade:
    """``waiting`` are the invoices that their payers will pay by transfer, by the week in which they do."""

    api: Api
    sub_account: str
    currency: str
    weeks: int
    invoices: Sequence[tuple[str, Sequence[Line]]]
    customers: dict[str, str] = field(default_factory=dict)
    waiting: dict[int, list[str]] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    portal_url: str | None = None

    @property
    def guest_profile(self) -> str:
        """The customer as whom the guest of the portal is billed first."""
        return next(iter(self.customers.values()))

    @property
    def portal(self) -> str:
        return str(self.portal_url).rstrip("/").rpartition("/")[2]

    def begin(self) -> None:
        """Whoever is late pays for it; and the cards of customers are taken."""
        self.api.send("PUT", f"/sub-accounts/{self.sub_account}/merchant-account", KEYS)
        fee = {"amount": "15.00", "currency": self.currency}
        rule = {"is_on": True, "fixed": fee, "after_days": DUE_DAYS, "repeats": "once"}
        self.api.send("PUT", f"/sub-accounts/{self.sub_account}/late-fee-rule", rule)

    def live_week(self, week: int, start: datetime) -> None:
        """Some invoices are posted, some of before are paid; what the last week brings stays a draft."""
        for invoice in self.waiting.pop(week, []):
            body = {"method": "transfer", "reference": f"Transfer {invoice[-4:]}"}
            self.api.send("POST", f"/invoices/{invoice}/payments", body)
        first, last = (len(self.invoices) * at // self.weeks for at in (week, week + 1))
        for number, (_name, lines) in enumerate(self.invoices[first:last], start=first):
            draft = self._draft(lines, start)
            if week < self.weeks - 1:
                self._open(draft, number, week)

    def end(self, first_day: str, last_day: str) -> None:
        """A return, a mistake, a debt given up, and a guest who is let into the portal for two of the customers."""
        self.api.send("POST", f"/invoices/{self.opened[-1]}/credit-notes", {"reason": "Arrived broken"})
        body = {"status": "void", "reason": "Billed to the wrong branch"}
        self.api.send("PUT", f"/invoices/{self.opened[-2]}/status", body)
        self.api.send("POST", f"/invoices/{self.opened[0]}/write-off", {"reason": "The shop has closed"})
        for customer in list(self.customers.values())[:2]:
            self.api.send("POST", f"/customers/{customer}/portal-access", {"email": GUEST, "name": "Lucía Prado"})
            body = {"customer_id": customer, "kind": "account", "currency": self.currency}
            self.api.send("POST", "/statements", body | {"first_day": first_day, "last_day": last_day})
        access = self.api.send("GET", f"/customers/{self.guest_profile}/portal-access")
        self.portal_url = access["portal_url"]

    def bill_the_guest(self, start: datetime) -> None:
        """Two more invoices that wait to be paid."""
        for lines in [said for _name, said in self.invoices if said[0]["customer"] == next(iter(self.customers))][:2]:
            self._open(self._draft(lines, start), UNPAID_EVERY, self.weeks)

    def _draft(self, lines: Sequence[Line], start: datetime) -> str:
        said = [{name: line[name] for name in ("description", "quantity", "unit_price")} for line in lines]
        body = {
            "customer_id": self._customer(lines[0]["customer"]),
            "lines": said,
            "due_days": DUE_DAYS,
            "period_start": start.date().isoformat(),
            "period_end": (start + timedelta(weeks=1)).date().isoformat(),
        }
        made: dict[str, Any] = self.api.send("POST", "/invoices", body)
        return str(made["id"])

    def _open(self, draft: str, number: int, week: int) -> None:
        """A draft's id ends with its opening: the invoice has its own."""
        opened = self.api.send("PUT", f"/invoices/{draft}/status", {"status": "open"})["id"]
        self.opened.append(opened)
        if number % UNPAID_EVERY:
            self.waiting.setdefault(week + PAID_AFTER_WEEKS, []).append(opened)

    def _customer(self, reference: str) -> str:
        if reference not in self.customers:
            body = {
                "sub_account_id": self.sub_account,
                "name": f"Customer {reference}",
                "email": f"orders@shop{reference}.example",
                "reference": reference,
            }
            self.customers[reference] = self.api.send("POST", "/customers", body)["id"]
        return self.customers[reference]


def real_invoices() -> list[tuple[str, list[Line]]]:
    with (DATA / "online-retail.csv").open(encoding="utf-8", newline="") as file:
        return [(name, list(lines)) for name, lines in groupby(csv.DictReader(file), itemgetter("invoice"))]

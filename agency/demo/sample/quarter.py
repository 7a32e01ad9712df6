"""A quarter of an agency, lived week by week through its API under a test clock that then reaches today."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

from agency.demo.sample.api import Api
from agency.demo.sample.data import DATA
from agency.demo.sample.messages import Messages
from agency.demo.sample.shop import Shop
from agency.demo.sample.story import Story
from agency.demo.sample.trade import SELLER, Trade, real_invoices

WEEKS = 13
WEEK = timedelta(weeks=1)
EVENTS_A_REQUEST = 1000
PEOPLE = 3  # Who work at once.
VISA = "pm_card_visa"
MEMBERS = ("ana", "luis", "mara")
WORKING_DAYS, WORKING_HOURS = 6, 9
MAILS_AN_EVENT = 40

Said = Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Quarter:
    """``said`` is what the agency sells, to whom, and what happened: a file of ``demo/data``.

    ``known`` holds the ids of products and sub-accounts by their names, and what the story's acts keep.
    """

    api: Api
    began: datetime
    currency: str
    zone: ZoneInfo
    said: Said
    known: dict[str, Any] = field(default_factory=dict)
    messages: Messages = field(default_factory=Messages)
    trade: Trade | None = None
    shop: Shop | None = None

    def live(self) -> None:
        self._fill_the_shelf()
        if self.shop is not None:
            self.shop.offer()
        for week in range(WEEKS):
            self._live_week(week)
        if self.trade is not None:
            self.trade.end(self._day(self.began), self._day(self.began + WEEKS * WEEK))

    def end(self) -> None:
        """What happens once the people are there."""
        if self.trade is not None:
            self.trade.bill_the_guest(self.began + WEEKS * WEEK)
        self._play(WEEKS)

    def _fill_the_shelf(self) -> None:
        for plan in self.said["plans"]:
            made = self.api.send("POST", "/plans", plan)
            self.known |= {plan["name"]: made["id"], f"{plan['name']} price": made["prices"][0]}
        for meter in self.said.get("meters", ()):
            self.api.send("POST", "/meters", meter)
        for service in self.said["resold"]:
            product = self.api.send("POST", "/products", {"kind": "resold_service"} | service["product"])
            wish = {"product_id": product["id"], "currency": self.currency} | service["price"]
            price = self.api.send("POST", "/prices", wish)
            self.known |= {product["name"]: product["id"], f"{product['name']} price": price}
        for kind in ("coupons", "taxes"):
            for wish in self.said[kind]:
                self.api.send("POST", f"/{kind}", wish)

    def _live_week(self, week: int) -> None:
        """Newcomers join, something happens, a week passes; then what was sent in it is reported."""
        start = self.began + week * WEEK
        at_once(partial(self._join, client) for client in self.said["clients"] if client["joins"] == week)
        doings = [partial(self._act, week)]
        if self.trade is not None:
            doings.append(partial(self.trade.live_week, week, start))
        at_once(doings)
        self.api.advance(start + WEEK)
        events = list(self._sent_in(week, start))
        for first in range(0, len(events), EVENTS_A_REQUEST):
            self.api.send("POST", "/usage/events", {"events": events[first : first + EVENTS_A_REQUEST]})

    def _act(self, week: int) -> None:
        self._play(week)
        if self.shop is not None:
            for said in self.said["installs"]:
                if said["week"] == week:
                    self.shop.install(said, self.known[said["client"]])
            self.shop.live_week(week)

    def _join(self, client: Said) -> None:
        name, address = client["name"], client["address"]
        plain = normalize("NFKD", name.lower())
        email = f"billing@{''.join(letter for letter in plain if letter.isascii() and letter.isalnum())}.example"
        wish = {"name": name, "country": address["country"], "currency": self.currency, "email": email}
        opened = self.api.send(
            "POST", "/sub-accounts", wish | {"time_zone": client["zone"], "locale": client["locale"]}
        )
        self.known[name] = opened["id"]
        account = {"legal_name": name, "email": email, "address": address, "tax_ids": client.get("tax_ids", [])}
        self.api.send("PATCH", f"/sub-accounts/{opened['id']}/billing-account", account)
        consent = {"text": "Charge this card for what I owe.", "given_by": name}
        card = {"token": client.get("card", VISA), "consent": consent}
        self.api.send("POST", f"/sub-accounts/{opened['id']}/payment-methods", card)
        self._buy(client, opened["id"])
        if name == SELLER:
            self.trade = Trade(
                api=self.api,
                sub_account=opened["id"],
                currency=self.currency,
                weeks=WEEKS,
                invoices=real_invoices(),
            )
            self.trade.begin()

    def _buy(self, client: Said, sub_account: str) -> None:
        wish = {name: client[name] for name in ("seats", "coupons", "interval") if name in client}
        plan = {"sub_account_id": sub_account, "plan_id": self.known[client["plan"]], "interval": "month"}
        self.known[f"{client['name']} plan"] = self.api.send("POST", "/subscriptions", plan | wish)["id"]
        if "funds" in client:
            self.api.send("POST", f"/wallets/{sub_account}/top-ups", {"amount": self._money(client["funds"])})
        if "recharge" in client:
            rule = {name: self._money(amount) for name, amount in client["recharge"].items()}
            self.api.send("PUT", f"/wallets/{sub_account}/recharge-rule", rule | {"confirm": True})

    def _play(self, week: int) -> None:
        now = self.began + week * WEEK
        self.known |= {"quarter": self._day(self.began), "today": self._day(now), "now": now.isoformat()}
        Story(api=self.api, acts=self.said["story"], known=self.known).play(week)

    def _sent_in(self, week: int, start: datetime) -> Iterator[dict[str, Any]]:
        """What the clients of that week sent, spread over its working days."""
        for client in self.said["clients"]:
            if client["joins"] > week:
                continue
            quantities = {
                "sms_segments": [str(self.messages.segments()) for _ in range(client.get("messages", 0))],
                "call_minutes": [f"{call % 9 + 1}.{call % 4 * 25:02}" for call in range(client.get("calls", 0))],
                "ai_replies": ["1"] * client.get("replies", 0),
                "citas": ["1"] * client.get("bookings", 0),
                "emails": [str(MAILS_AN_EVENT)] * (client.get("mails", 0) // MAILS_AN_EVENT),
            }
            for meter, sent in quantities.items():
                for number, quantity in enumerate(sent):
                    yield {
                        "id": f"{meter}-{week}-{number}",
                        "sub_account_id": self.known[client["name"]],
                        "meter": meter,
                        "quantity": quantity,
                        "member": MEMBERS[number % len(MEMBERS)],
                        "occurred_at": _moment(start, number, len(sent)).isoformat(),
                    }

    def _day(self, moment: datetime) -> str:
        """Where the agency is: in the evening there, the day of UTC is one that is still to come."""
        return moment.astimezone(self.zone).date().isoformat()

    def _money(self, amount: str) -> dict[str, str]:
        return {"amount": amount, "currency": self.currency}


def at_once(doings: Iterable[Callable[[], None]]) -> None:
    """As a few people do who work side by side; comes back when all is done."""
    with ThreadPoolExecutor(PEOPLE) as pool:
        for done in [pool.submit(doing) for doing in doings]:
            done.result()


def said_of(agency: str) -> Said:
    found: Said = json.loads((DATA / f"{agency}.json").read_text(encoding="utf-8"))
    return found


def _moment(start: datetime, number: int, of: int) -> datetime:
    """The so manieth of a week's working time."""
    day, hour = divmod(number * WORKING_DAYS * WORKING_HOURS / of, WORKING_HOURS)
    return start + timedelta(days=day, hours=hour)

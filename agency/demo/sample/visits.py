"""What people of the sample did at the pages: pictures, files, invitations, caps, and a customer who pays."""

import re
from dataclasses import dataclass
from time import monotonic, sleep

import httpx

from agency.demo.sample.api import PATIENCE_SECONDS, Refused
from agency.demo.sample.browser import Browser
from agency.demo.sample.data import DATA
from agency.demo.sample.people import ANA, PAULA, ROSA
from agency.demo.sample.quarter import Quarter
from agency.demo.sample.shop import Publisher
from agency.demo.sample.trade import GUEST, KEYS, Trade
from agency.foundation.config import Settings

CARD = "pm_card_visa"
PAUSE_SECONDS = 0.2
CLIENT = "Dental Norte"
# How the seller's documents are made from then on.
TERMS = {
    "legal_name": "Robin & Reed Gifts LLC",
    "address": "77 Washington Ave\nBrooklyn, NY 11205",
    "due_days": "14",
    "grace_hours": "1",
    "rounding": "line",
    "grouping": "combined",
    "invoice_prefix": "INV-",
    "credit_note_prefix": "CN-",
    "terms": "Goods may come back within 30 days, unused.",
}
# What the switchboard of the client wrote down, with a line that says a quantity in words.
SWITCHBOARD = """sw-1,call_minutes,3.5,{now}T00:10:00Z,ana
sw-2,call_minutes,12,{now}T00:20:00Z,luis
sw-3,call_minutes,two,{now}T00:30:00Z,mara
"""
# Whom its events name, and where they work.
STAFF = {
    "ana": {"name": "Ana Soto", "department": "Recepción"},
    "luis": {"name": "Luis Paredes", "department": "Recepción"},
    "mara": {"name": "Mara Ibarra", "department": "Marketing"},
}
# The columns of the earlier program's file, by what they hold.
COLUMNS = {
    "invoice_number": "Invoice",
    "date": "Date",
    "customer_ref": "Customer",
    "customer_name": "Name",
    "customer_email": "E-mail",
    "description": "Description",
    "quantity": "Quantity",
    "unit_price": "Price",
    "currency": "Currency",
}
LINK = re.compile(r"/p/\S+/link/\S+")


@dataclass(frozen=True, slots=True)
class Visits:
    settings: Settings
    programs: str

    def decorate(self, publisher: Publisher) -> None:
        """The publisher shows what its apps look like."""
        with self._browser(PAULA) as paula:
            for name, app in publisher.apps.items():
                for picture in sorted((DATA / "pictures").glob(f"{app.slug}-*.png")):
                    page = f"/a/paginia/publisher/apps/{app.id}/pictures"
                    caption = name if picture.stem.endswith("-1") else app.tagline
                    file = (picture.name, picture.read_bytes())
                    paula.submit(page, {"caption": caption}, files={"logo": file})

    def run_the_agency(self, quarter: Quarter) -> None:
        """The owner uploads a logo, caps what a client may spend, names who works there, and invites somebody."""
        client = f"/a/lumen/sub-accounts/{quarter.known[CLIENT]}"
        with self._browser(ANA) as ana:
            ana.submit("/a/lumen/branding", {}, to="/a/lumen/branding/logo", files=_logo("lumen"))
            for product, limit, kind in (("Text messages", "2.00", "soft"), ("Calls", "60.00", "hard")):
                said = {"product": quarter.known[product], "limit": limit, "period": "month", "kind": kind}
                ana.submit(f"{client}/wallet/caps/new", said)
            for reference, said in STAFF.items():
                ana.submit(f"{client}/usage/member?reference={reference}", said)
            ana.submit("/a/lumen/team/invite", {"email": "june@lumen.example", "role": "support"})
            kept = f"id,meter,quantity,occurred_at,member\n{SWITCHBOARD.format(now=quarter.known['today'])}"
            ana.submit(f"{client}/usage/file", {}, files={"file": ("switchboard.csv", kept.encode())})

    def run_the_shop(self, trade: Trade) -> None:
        """The seller brings the invoices of an earlier program, and dresses the portal."""
        panel = f"/s/{trade.sub_account}/billing"
        with self._browser(ROSA) as rosa:
            rosa.submit(f"{panel}/portal", {}, to=f"{panel}/portal/logo", files=_logo("robin-reed"))
            rosa.submit(f"{panel}/customer-invoices/settings", TERMS)
            kept = (DATA / "earlier-invoices.csv").read_bytes()
            checked = rosa.submit(f"{panel}/invoice-imports", {}, files={"file": ("earlier-invoices.csv", kept)})
            rosa.submit(checked.url.path, COLUMNS | {"start": "1"})
            program = {"url": f"{self.programs}/orders", "description": "Orders"}
            rosa.submit(f"{panel}/developers/webhooks/new", program)

    def pay_at_the_portal(self, trade: Trade) -> None:
        """A customer comes by the link in the mail, pays all with a card and keeps it; another asks to be let in."""
        portal = f"/p/{trade.portal}"
        with Browser(self.settings.base_url) as guest:
            asked = {"name": "Owen Hart", "email": "owen@thistle.example", "note": "Order 5412"}
            guest.submit(f"{portal}/new-client", asked)
            guest.submit(self._link(GUEST), {})
            profile = f"{portal}/{trade.guest_profile}"
            made = guest.submit(f"{profile}/cards/new", {}, to=f"{profile}/cards/setups?pays=1").json()
            self._type_card(made["client_secret"])
            guest.submit(f"{profile}/pay?card=new", {"keep": "1"}, to=made["completion_url"])

    def _browser(self, email: str) -> Browser:
        browser = Browser(self.settings.base_url)
        browser.sign_in(email)
        return browser

    def _type_card(self, client_secret: str) -> None:
        """What the processor's own form does in the browser."""
        intent = client_secret.partition("_secret_")[0]
        said = {"payment_method": CARD, "client_secret": client_secret, "key": KEYS["publishable_key"]}
        url = f"{self.settings.stripe_api_base}/v1/setup_intents/{intent}/confirm"
        httpx.post(url, data=said, timeout=PATIENCE_SECONDS).raise_for_status()

    def _link(self, email: str) -> str:
        """The way in that the newest mail to somebody holds, once it is there."""
        deadline = monotonic() + PATIENCE_SECONDS
        while monotonic() < deadline:
            asked = {"to": email, "format": "json"}
            sent = httpx.get(f"{self.settings.base_url}/mailbox", params=asked, timeout=PATIENCE_SECONDS)
            if found := LINK.search("".join(letter["text"] for letter in sent.json()["data"])):
                return found.group()
            sleep(PAUSE_SECONDS)
        raise Refused(f"no mail came to {email}")


def _logo(name: str) -> dict[str, tuple[str, bytes]]:
    file = f"{name}.png"
    return {"logo": (file, (DATA / "pictures" / file).read_bytes())}

"""2,499 real text messages through HTTP, against a recomputation that knows nothing of the platform."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from agency.demo.sample.messages import FILE
from tests.factories import plans, staff, tenants, usage
from tests.factories.tenants import NOON

DAY = timedelta(days=1)
COST = Decimal("0.0083")
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE_IN_GSM_7 = set("^{}\\[~]|€\f")


def segments(text: str) -> int:
    if set(text) <= GSM_7 | TWICE_IN_GSM_7:
        length, alone, joined = len(text) + sum(letter in TWICE_IN_GSM_7 for letter in text), 160, 153
    else:
        length, alone, joined = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= alone else -(-length // joined)


def expected_micros(quantity: int, factor: Decimal) -> int:
    return int((quantity * COST * factor * 1_000_000).to_integral_value(ROUND_HALF_UP))


class TestRealMessages:
    def test_cost_what_an_independent_reckoning_says(self, client):
        agency = tenants.agency(is_sandbox=True)
        markups = [Decimal("1.35"), Decimal(2), Decimal("1.0725"), Decimal("3.333333")]
        clients = [tenants.sub_account(agency, name=f"Client {markup}") for markup in markups]
        product = plans.product(agency, name="SMS")
        price = plans.price(product, plans.per_unit("0.0083", markup=Decimal("1.2")), meter="sms_segments")
        for of, markup in zip(clients, markups, strict=True):
            plans.version(price, plans.per_unit("0.0083", markup=markup), sub_account=of)
            usage.funded(of)
        key = staff.api_key(agency)
        messages = [line.split("\t", 1)[1] for line in FILE.read_text(encoding="utf-8").splitlines()[1:]]
        counts = [segments(message) for message in messages]

        for start in range(0, len(counts), 500):
            events = [
                usage.event(clients[number % 4], quantity=str(counts[number]))
                for number in range(start, min(start + 500, len(counts)))
            ]
            assert set(usage.statuses(usage.send(client, key, *events))) == {"accepted"}
            usage.rated(agency)

        assert len(counts) == 2499
        for index, (of, markup) in enumerate(zip(clients, markups, strict=True)):
            quantity = sum(counts[index::4])
            charged, cost = expected_micros(quantity, markup), expected_micros(quantity, Decimal(1))
            books = usage.books(of)
            assert [total.quantity for total in usage.totals(of)] == [quantity]
            assert (books["revenue_resale"], books["wholesale_cost"]) == (charged, cost)
            assert books["purchased_credit"] == 100_000_000 - charged
            assert sum(charge.amount_micros for charge in usage.charges(of)) == charged
            assert usage.cost(of) == cost
            [paid] = usage.paid_between(of, NOON - DAY, NOON + DAY)
            assert paid.margin.micros == charged - cost
        usage.verified(agency)

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from time import sleep

import pypdf
import pytest
from PIL import Image

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.tenants.operations.branding import set_logo
from agency.tenants.queries import agency
from tests.factories import cards, funds, tenants
from wallet.top_ups import queries
from wallet.top_ups.operations.adding import NoCard, WalletClosed
from wallet.top_ups.operations.receipts import pdf
from wallet.top_ups.rules import AmountRefused


class TestAddingFunds:
    def test_credit_comes_only_with_settled_money(self, client):
        funds.requested(client, "40.00")
        assert funds.balance_of(client) == funds.dollars("25.00")

        funds.collected(client)

        assert funds.balance_of(client) == funds.dollars("65.00")
        funds.verified(client)

    @pytest.mark.parametrize("amount", ["4.99", "2000.01", "10.001"])
    def test_an_amount_outside_the_terms_is_refused(self, client, amount):
        with pytest.raises(AmountRefused) as refused:
            funds.requested(client, amount)

        assert set(refused.value.errors) == {"amount"}

    def test_what_is_on_its_way_counts_towards_the_largest_balance(self, client):
        funds.terms(client, balance_maximum=funds.dollars("100.00"), maximum=funds.dollars("50.00"))
        funds.requested(client, "50.00")

        with pytest.raises(AmountRefused) as refused:
            funds.requested(client, "30.00")

        assert "$25.00 can be added now" in str(refused.value.errors)

    def test_the_bonus_comes_with_it(self, client):
        funds.terms(client, bonus_percent=10, bonus_from=funds.dollars("50.00"))

        added = funds.added(client, "50.00")

        assert added.bonus == funds.dollars("5.00")
        assert funds.balance_of(client) == funds.dollars("80.00")

    def test_a_decline_leaves_the_wallet_as_it_was(self, client, stripe):
        stripe.post(f"/payment_methods/{funds.cards_of(client)[0].stripe_id}/decline", decline_code="stolen_card")

        declined = funds.added(client, "40.00")

        assert (declined.state, declined.decline_class, declined.decline_code) == ("declined", "hard", "stolen_card")
        assert funds.balance_of(client) == funds.dollars("25.00")

    def test_a_bank_that_asks_is_waited_for_a_day(self, client, stripe, owner):
        asking = cards.card(client, cards.ASKS_ITS_BANK)
        asked = funds.requested(client, "40.00", card_id=asking.id)
        funds.collected(client)
        assert funds.top_up_of(client, asked).state == "needs_authentication"

        funds.given_up(client)
        funds.leases_ended(owner)
        funds.collected(client)

        assert funds.top_up_of(client, asked).state == "abandoned"
        assert len(stripe.charged()) == 1

    def test_one_that_is_given_up_waits_for_its_charge_before_it_takes_its_own_row(self, client, owner):
        funds.requested(client, "40.00")
        owner.execute("UPDATE top_ups SET due_at = created_at")

        with ThreadPoolExecutor(1) as pool, owner.transaction():
            owner.execute("SELECT FROM charges FOR UPDATE")
            given_up = pool.submit(funds.given_up, client)
            while not (given_up.done() or owner.execute("SELECT FROM pg_locks WHERE NOT granted").rowcount):
                sleep(0.01)
            owner.execute("SELECT FROM top_ups FOR UPDATE NOWAIT")

        assert given_up.exception() is None

    def test_without_a_card_it_says_so(self, app, stripe):
        with pytest.raises(NoCard):
            funds.requested(tenants.sub_account(tenants.agency()), "40.00")

    def test_a_closed_sub_account_takes_nothing(self, client):
        funds.closed(client)

        with pytest.raises(WalletClosed):
            funds.requested(funds.as_it_stands(client), "40.00")


class TestTheReceipt:
    def test_it_is_kept_and_not_mailed_unless_the_agency_wants_that(self, client, owner):
        assert funds.receipts(owner) == [("payment", 25_000_000)]
        assert funds.mails(owner) == []

        funds.terms(client, receipts_mailed=True)
        funds.added(client, "40.00")

        assert funds.mails(owner) == ["receipt"]

    def test_its_pdf_says_who_paid_what_and_is_the_same_each_time(self, client, tmp_path):
        with scope.of_agency(client.agency_id), transaction():
            [receipt] = queries.receipts(client.id).rows
        file = tmp_path / "receipt.pdf"
        file.write_bytes(pdf(receipt))

        text = pypdf.PdfReader(file).pages[0].extract_text()

        assert pdf(receipt) == file.read_bytes()
        assert all(words in text for words in ("Receipt", "Lumen Studio", "Dental Norte", "$25.00", receipt.public_id))

    def test_its_pdf_stands_under_the_agencys_logo(self, client):
        picture = BytesIO()
        Image.new("RGB", (80, 20), "teal").save(picture, "PNG")
        with scope.of_agency(client.agency_id), transaction():
            set_logo(agency(), picture.getvalue(), by=OPERATOR, now=tenants.NOON)

        funds.added(client, "40.00")

        with scope.of_agency(client.agency_id), transaction():
            content = pdf(queries.receipts(client.id).rows[0])
        [shown] = pypdf.PdfReader(BytesIO(content)).pages[0].images
        assert shown.image.convert("RGB").getpixel((0, 0)) == (0, 128, 128)

from threading import Thread

import pytest

from agency.staff.roles import Role
from tests import browsing
from tests.factories import cards, tenants, wallet

HIDDEN = ("preset", "amount", "payment_method", "request")


@pytest.fixture
def card(stripe, client_account, now):
    return cards.card(client_account, now=now)


@pytest.fixture
def form(panel):
    return f"{panel}/add-funds"


def reviewed(browser, form, card, **fields):
    """The second step: what pressing once more would do."""
    values = {"preset": "25.00", "payment_method": card.public_id} | fields
    return browsing.submit(browser, form, **values)


def confirmation(page) -> dict[str, str]:
    return {name: browsing.hidden(page.text, name) for name in HIDDEN} | {"confirmed": "1"}


class TestAddingFunds:
    def test_says_what_will_be_charged_and_charges_nothing(self, card, stripe, owner_of_panel, form):
        page = reviewed(owner_of_panel, form, card)

        assert "Pay $25.00" in page.text
        assert "Visa ending in 4242" in page.text
        assert stripe.charged() == []

    def test_charges_what_the_button_said(self, card, stripe, owner_of_panel, form):
        page = reviewed(owner_of_panel, form, card)

        answer = browsing.submit(owner_of_panel, form, **confirmation(page))

        assert answer.headers["Location"].endswith("/billing/wallet")
        assert "$25.00 was added" in browsing.visit(owner_of_panel, answer.headers["Location"]).text
        assert [charge["amount"] for charge in stripe.charged()] == [2500]

    def test_charges_once_however_often_it_is_sent(self, card, stripe, owner_of_panel, form):
        sent = confirmation(reviewed(owner_of_panel, form, card))

        answers = [browsing.submit(owner_of_panel, form, **sent) for _press in range(3)]

        assert [answer.status_code for answer in answers] == [302, 302, 302]
        assert len(stripe.charged()) == 1

    def test_charges_once_when_pressed_twice_at_once(self, app, card, stripe, visitor, form):
        browser = visitor(Role.OWNER)
        sent = confirmation(reviewed(browser, form, card)) | {"csrf_token": browsing.token(browser, form)}

        def press():
            browser.post(form, data=sent, headers=browsing.AS_PERSON)

        presses = [Thread(target=press) for _press in range(2)]
        for one in presses:
            one.start()
        for one in presses:
            one.join()

        assert len(stripe.charged()) == 1

    def test_takes_another_amount_as_it_is_written(self, card, owner_of_panel, form):
        page = reviewed(owner_of_panel, form, card, preset="other", amount="1,234.50")

        assert "Pay $1,234.50" in page.text

    def test_pays_what_is_owed_first_and_says_so(self, card, inside, client_account, owner_of_panel, form):
        with inside():
            wallet.spent(client_account, "10.00")

        page = reviewed(owner_of_panel, form, card)

        assert "Pays what is owed" in page.text
        assert "$15.00" in page.text

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"preset": "other"}, "This field is needed."),
            ({"preset": "other", "amount": "lots"}, "Write an amount such as 25.50."),
            ({"preset": "other", "amount": "0"}, "The amount must be more than zero."),
            ({"preset": "other", "amount": "4.99"}, "The least that can be added is"),
            ({"preset": "other", "amount": "2000.01"}, "The most that can be added at once is"),
            ({"preset": "other", "amount": "25.005"}, "A card is charged in whole coins."),
            ({"preset": "25e3"}, "Choose an amount."),
            ({"payment_method": ""}, "Choose a card."),
        ],
    )
    def test_says_beside_the_field_what_is_wrong_and_keeps_it(self, card, owner_of_panel, form, typed, said):
        page = reviewed(owner_of_panel, form, card, **typed)

        assert page.status_code == 422
        assert said in page.text
        assert f'value="{typed.get("amount", "")}"' in page.text

    def test_knows_no_card_of_somebody_else(self, stripe, agency, owner_of_panel, form):
        other = cards.card(tenants.sub_account(agency, name="Kibo Ramen"))

        page = reviewed(owner_of_panel, form, other)

        assert page.status_code == 404
        assert "Pay $" not in page.text

    def test_says_why_a_card_was_declined_and_what_to_do(self, stripe, client_account, owner_of_panel, form, now):
        bad = cards.card(client_account, cards.DECLINING, now=now)
        page = reviewed(owner_of_panel, form, bad)

        answer = browsing.submit(owner_of_panel, form, **confirmation(page))

        assert answer.status_code == 422
        assert "Nothing was charged." in answer.text
        assert "Use another card, or try again later." in answer.text

    def test_goes_on_to_the_bank_where_it_asks(self, stripe, client_account, owner_of_panel, form, now):
        asking = cards.card(client_account, cards.ASKS_ITS_BANK, now=now)
        page = reviewed(owner_of_panel, form, asking)

        answer = browsing.submit(owner_of_panel, form, **confirmation(page))

        assert answer.headers["Location"].endswith("/confirmation")

    def test_asks_for_a_card_first(self, owner_of_panel, form):
        assert "Add a card first" in browsing.visit(owner_of_panel, form).text

    def test_is_not_for_viewers(self, visitor, form):
        assert browsing.visit(visitor(Role.VIEWER), form).status_code == 403

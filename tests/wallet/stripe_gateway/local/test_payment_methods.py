import pytest
import stripe

CARD = {"number": "4242 4242 4242 4242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}


class TestCreate:
    def test_takes_a_card_number(self, processor):
        method = processor.payment_methods.create({"type": "card", "card": CARD})

        assert (method.card.brand, method.card.last4, method.card.exp_year) == ("visa", "4242", 2040)

    def test_never_tells_the_number(self, processor, control, key):
        method = processor.payment_methods.create({"type": "card", "card": CARD})
        (entry,) = control("GET", f"requests?account={key.replace('sk_test_', 'acct_')}")["data"]

        assert "4242424242424242" not in str(method)
        assert entry["body"]["card"]["number"] == "***"

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"number": "4242424242424241"}, "incorrect_number"),
            ({"exp_month": 13}, "invalid_expiry_month"),
            ({"exp_year": 2020}, "invalid_expiry_year"),
            ({"cvc": "12"}, "invalid_cvc"),
        ],
    )
    def test_refuses_impossible_details(self, processor, change, code):
        with pytest.raises(stripe.CardError) as refused:
            processor.payment_methods.create({"type": "card", "card": CARD | change})

        assert (refused.value.http_status, refused.value.code) == (402, code)

    def test_gives_one_card_one_fingerprint_per_account(self, processor, connect, save_card):
        saved = processor.payment_methods.retrieve(save_card())
        typed = processor.payment_methods.create({"type": "card", "card": CARD})
        elsewhere = connect("sk_test_elsewhere").payment_methods.create({"type": "card", "card": CARD})

        assert saved.card.fingerprint == typed.card.fingerprint != elsewhere.card.fingerprint


class TestAttach:
    def test_makes_a_fresh_card_of_a_test_token(self, save_card):
        assert save_card() != save_card()

    def test_refuses_a_card_of_another_customer(self, processor, save_card):
        other = processor.customers.create()

        with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
            processor.payment_methods.attach(save_card(), {"customer": other.id})

    def test_needs_a_customer(self, processor):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            processor.payment_methods.attach("pm_card_visa", {})

        assert (refused.value.code, refused.value.param) == ("parameter_missing", "customer")


class TestDetach:
    def test_lets_nobody_charge_or_attach_it_again(self, processor, customer, save_card, charge):
        card = save_card()
        processor.payment_methods.detach(card)

        with pytest.raises(stripe.InvalidRequestError, match="detached from a Customer"):
            charge(payment_method=card)
        with pytest.raises(stripe.InvalidRequestError, match="detached from a Customer"):
            processor.payment_methods.attach(card, {"customer": customer.id})

    def test_refuses_what_is_not_attached(self, processor, save_card):
        card = save_card()
        processor.payment_methods.detach(card)

        with pytest.raises(stripe.InvalidRequestError, match="not attached"):
            processor.payment_methods.detach(card)

    def test_tells_whose_it_was(self, processor, customer, save_card):
        processor.payment_methods.detach(save_card())
        event = processor.events.list({"type": "payment_method.detached"}).data[0]

        assert event.data.previous_attributes["customer"] == customer.id


class TestList:
    def test_shows_the_customers_own_newest_first(self, processor, customer, save_card):
        cards = [save_card(), save_card("pm_card_mastercard")]
        processor.payment_methods.attach("pm_card_visa", {"customer": processor.customers.create().id})

        assert [one.id for one in processor.payment_methods.list({"customer": customer.id})] == cards[::-1]
        assert [one.id for one in processor.customers.payment_methods.list(customer.id)] == cards[::-1]


class TestUpdate:
    def test_changes_the_expiry_and_keeps_the_rest(self, processor, save_card):
        method = processor.payment_methods.update(save_card(), {"card": {"exp_month": 7, "exp_year": 2044}})

        assert (method.card.exp_month, method.card.exp_year, method.card.last4) == (7, 2044, "4242")

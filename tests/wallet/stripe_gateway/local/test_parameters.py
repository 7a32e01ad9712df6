import pytest
import stripe


@pytest.fixture
def refusal(processor):
    """What a request is refused with: code and parameter."""

    def refusal(create, wish):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            create(wish)
        assert refused.value.http_status == 400
        return refused.value.code, refused.value.param

    return refusal


class TestPaymentIntent:
    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"colour": "red"}, ("parameter_unknown", "colour")),
            (
                {"payment_method_data": {"type": "card", "cart": {"number": "1"}}},
                ("parameter_unknown", "payment_method_data[cart]"),
            ),
            ({"amount": "12.50"}, ("parameter_invalid_integer", "amount")),
            ({"amount": ""}, ("parameter_invalid_empty", "amount")),
            ({"confirm": "maybe"}, (None, "confirm")),
            ({"capture_method": "later"}, (None, "capture_method")),
            ({"metadata": "text"}, (None, "metadata")),
            ({"shipping": {"name": "Ana"}}, ("parameter_missing", "shipping[address]")),
            ({"customer": ""}, ("parameter_invalid_empty", "customer")),
            ({"expand": ["nobody"]}, (None, "expand")),
            ({"payment_method_types": ["card"]}, ("payment_method_types_no_longer_supported", "payment_method_types")),
        ],
    )
    def test_refuses_what_the_sdk_does_not_know(self, processor, refusal, change, expected):
        wish = {"amount": 1000, "currency": "usd"} | change

        assert refusal(processor.payment_intents.create, wish) == expected

    @pytest.mark.parametrize("absent", ["amount", "currency"])
    def test_names_what_is_missing(self, processor, refusal, absent):
        wish = {"amount": 1000, "currency": "usd"}
        del wish[absent]

        assert refusal(processor.payment_intents.create, wish) == ("parameter_missing", absent)


class TestUrl:
    def test_refuses_what_is_not_served(self, processor):
        with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL") as refused:
            processor.subscriptions.list()

        assert refused.value.http_status == 404

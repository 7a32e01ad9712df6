import pytest

from wallet.stripe_gateway.local.forms import decoded


class TestDecoded:
    @pytest.mark.parametrize(
        ("form", "values"),
        [
            ("amount=5&currency=usd", {"amount": "5", "currency": "usd"}),
            ("card[exp_month]=7&card[cvc]=123", {"card": {"exp_month": "7", "cvc": "123"}}),
            ("metadata[0]=zero", {"metadata": {"0": "zero"}}),
            ("expand[]=customer&expand[]=latest_charge", {"expand": {"0": "customer", "1": "latest_charge"}}),
            ("name=&name2=a%26b", {"name": "", "name2": "a&b"}),
            ("", {}),
            ("a=1&a[b]=2", {"a": "1"}),
        ],
    )
    def test_nests_what_stands_in_brackets(self, form, values):
        assert decoded(form) == values

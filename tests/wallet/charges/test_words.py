import pytest
from flask_babel import force_locale

from wallet.charges.words import FUNDS_ADDED, INVOICES_PAID, RECHARGED, SUBSCRIPTION, charge_name


class TestTheNameOfACharge:
    @pytest.mark.parametrize(
        ("kept", "read"),
        [
            (FUNDS_ADDED, "Fondos agregados a la cartera"),
            (RECHARGED, "Recarga automática de la cartera"),
            (SUBSCRIPTION, "Suscripción"),
            (INVOICES_PAID, "Pago de facturas"),
            ("Plan Growth", "Plan Growth"),
        ],
    )
    def test_is_read_in_the_language_of_its_reader(self, app, kept, read):
        with app.test_request_context(), force_locale("es"):
            assert charge_name(kept) == read

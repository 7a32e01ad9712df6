from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError, InvalidInput, NotFound


class WalletTooSmall(DomainError):
    status = 402
    field = "amount"
    message = _l("Your role does not allow this.")


class LimitReached(DomainError):
    message = "At most %(most)d of them."


class TestDomainError:
    def test_is_named_for_machines_after_its_event(self):
        assert WalletTooSmall().code == "wallet-too-small"

    def test_speaks_the_language_of_who_reads(self, app):
        with app.test_request_context("/", headers={"Accept-Language": "es"}):
            assert str(WalletTooSmall()) == "Tu rol no permite hacer esto."

    def test_speaks_without_anybody(self):
        assert str(WalletTooSmall()) == "Your role does not allow this."

    def test_says_its_values(self):
        assert str(LimitReached(most=3)) == "At most 3 of them."

    def test_stands_at_its_field(self):
        assert WalletTooSmall().errors == {"amount": ["Your role does not allow this."]}

    def test_without_a_field_concerns_all(self):
        assert LimitReached(most=3).errors == {}

    def test_is_a_conflict_unless_it_says_otherwise(self):
        assert (LimitReached(most=1).status, NotFound().status, InvalidInput({}).status) == (409, 404, 422)

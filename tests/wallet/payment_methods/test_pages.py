import pytest
from sqlalchemy import select

from agency.foundation import events
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.staff.roles import Role
from tests.browsing import submit, token, visit
from tests.factories import cards, staff, tenants
from wallet.payment_methods.events import CardDetaching
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.operations import CardStillNeeded
from wallet.payment_methods.queries import cards as cards_of


class TestList:
    def test_it_says_what_to_do_without_a_card(self, ana, address):
        page = visit(ana, address)

        assert page.status_code == 200
        assert "No card yet" in page.text
        assert f"{address}/new" in page.text

    def test_it_shows_a_card_by_its_last_digits_and_never_more(self, ana, address, sub_account):
        card = cards.card(sub_account)

        page = visit(ana, address)

        assert "Visa ending in 4242" in page.text
        assert "Primary payment method" in page.text
        assert card.stripe_id not in page.text

    def test_it_shows_nothing_of_another_sub_account(self, ana, address, agency):
        cards.card(tenants.sub_account(agency, name="Taller Sur"))

        assert "4242" not in visit(ana, address).text

    def test_a_viewer_sees_cards_and_can_press_nothing(self, app, agency, sub_account, address):
        cards.card(sub_account)
        viewer = staff.signed_in(app, staff.person(agency, email="v@x.example", role=Role.VIEWER, at=sub_account))

        page = visit(viewer, address)

        assert "4242" in page.text
        assert "Make primary" not in page.text
        assert "Add card" not in page.text


class TestAdd:
    def test_the_form_names_the_processor_and_the_consent(self, ana, address, settings):
        page = visit(ana, f"{address}/new")

        assert settings.stripe_js_url in page.text
        assert "pk_test_cartera" in page.text
        assert "you allow Lumen Studio to charge it" in page.text

    def test_a_card_typed_at_the_processor_is_put_on_file_with_its_consent(self, ana, address, sub_account, stripe):
        begun = _begin(ana, address)
        stripe.set_up(begun["client_secret"], "pm_card_mastercard")

        answer = submit(ana, begun["completion_url"], page=address)

        card = _on_file(sub_account)[0]
        assert answer.location == address
        assert (card.brand, card.is_primary, card.consented_by) == ("mastercard", True, "Ana Ruiz")
        assert "you allow Lumen Studio" in card.consent_text

    def test_coming_back_twice_puts_it_on_file_once(self, ana, address, sub_account, stripe):
        begun = _begin(ana, address)
        stripe.set_up(begun["client_secret"], "pm_card_visa")

        for _each in range(2):
            submit(ana, begun["completion_url"], page=address)

        assert len(_on_file(sub_account)) == 1

    def test_coming_back_without_having_confirmed_saves_nothing(self, ana, address, sub_account):
        begun = _begin(ana, address)

        answer = submit(ana, begun["completion_url"], page=address)

        assert answer.location == f"{address}/new"
        assert _on_file(sub_account) == []

    def test_a_processor_that_does_not_answer_is_said_so(self, ana, address, stripe):
        stripe.fail("cut", path="/v1/setup_intents")

        answer = ana.post(f"{address}/setups", headers={"X-CSRFToken": token(ana, f"{address}/new")})

        assert answer.status_code == 503
        assert "did not answer" in answer.json["error"]


class TestManage:
    def test_another_card_becomes_primary(self, ana, address, sub_account):
        cards.card(sub_account)
        other = cards.card(sub_account, "pm_card_mastercard")

        submit(ana, f"{address}/{other.public_id}/primary", page=address)

        assert [(card.brand, card.is_primary) for card in _on_file(sub_account)] == [
            ("mastercard", True),
            ("visa", False),
        ]

    def test_a_backup_is_named_and_taken_back(self, ana, address, sub_account):
        cards.card(sub_account)
        other = cards.card(sub_account, "pm_card_mastercard")

        submit(ana, f"{address}/{other.public_id}/backup", page=address)
        named = _on_file(sub_account)[1].backup_order
        submit(ana, f"{address}/{other.public_id}/backup", page=address)

        assert (named, _on_file(sub_account)[1].backup_order) == (1, None)

    def test_a_removed_card_is_gone_and_its_backup_takes_its_place(self, ana, address, sub_account):
        card = cards.card(sub_account)
        other = cards.card(sub_account, "pm_card_mastercard")
        submit(ana, f"{address}/{other.public_id}/backup", page=address)

        submit(ana, f"{address}/{card.public_id}/removal", page=address)

        assert [(left.brand, left.is_primary) for left in _on_file(sub_account)] == [("mastercard", True)]

    def test_a_card_that_something_needs_is_asked_about_first(self, ana, address, sub_account, monkeypatch):
        card = cards.card(sub_account)
        monkeypatch.setitem(events._handlers, CardDetaching, [_needs_it])

        asked = submit(ana, f"{address}/{card.public_id}/removal", page=address)
        kept = len(_on_file(sub_account))
        submit(ana, f"{address}/{card.public_id}/removal", page=address, confirmed="1")

        assert asked.status_code == 409
        assert "Recharging would stop." in asked.text
        assert (kept, len(_on_file(sub_account))) == (1, 0)

    @pytest.mark.parametrize("act", ["primary", "backup", "removal"])
    def test_a_card_of_another_sub_account_is_not_there(self, ana, address, agency, act):
        strangers = cards.card(tenants.sub_account(agency, name="Taller Sur"))

        answer = submit(ana, f"{address}/{strangers.public_id}/{act}", page=f"{address}")

        assert answer.status_code == 404


def _begin(client, address):
    headers = {"X-CSRFToken": token(client, f"{address}/new")}
    answer = client.post(f"{address}/setups", headers=headers)
    assert answer.status_code == 200
    return answer.json


def _needs_it(event):
    if not event.confirmed:
        raise CardStillNeeded(consequence="Recharging would stop.")


def _on_file(sub_account) -> list[PaymentMethod]:
    with scope.of_agency(sub_account.agency_id), transaction():
        found = list(cards_of(session.scalars(select(PaymentMethod.payer_id)).first() or sub_account.id))
        session.expunge_all()
    return found


@pytest.fixture
def agency(app, stripe):
    return tenants.agency()


@pytest.fixture
def sub_account(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def ana(app, agency, sub_account):
    return staff.signed_in(app, staff.person(agency, at=sub_account))


@pytest.fixture
def address(sub_account):
    return f"/s/{sub_account.public_id}/billing/payment-methods"

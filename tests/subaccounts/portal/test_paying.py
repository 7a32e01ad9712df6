"""Paying in the portal: what the button says is charged, once; refused, confirmed, from two tabs, tampered with."""

import re

import pytest

from agency.foundation import clock, ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from subaccounts.invoices.operations.ending import void
from tests import post
from tests.browsing import submit, token, visit
from tests.factories import cards, invoices, payments, portal
from tests.factories.tenants import NOON
from wallet.payment_methods import setups


@pytest.fixture
def lucia(clinic, stripe):
    payments.receives(clinic)
    return invoices.customer(clinic)


@pytest.fixture
def profile(address, lucia):
    return f"{address}/{lucia.public_id}"


@pytest.fixture
def bill(lucia):
    return invoices.invoice(lucia)


@pytest.fixture
def card(lucia):
    return payments.card(lucia)


def form_of(client, page):
    """What a page of paying would send."""
    carried = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', visit(client, page).text)
    return {name: value for name, value in carried if name != "csrf_token"}


def on_file(owner):
    return owner.execute("SELECT count(*) FROM payment_methods WHERE detached_at IS NULL").fetchone()[0]


def paid(owner):
    return owner.execute("SELECT state, amount_micros FROM payments ORDER BY id").fetchall()


class TestPayingByASavedCard:
    def test_pays_everything_and_the_invoices_say_so(self, marta, owner, profile, lucia, bill, card):  # noqa: PLR0917  # Fixtures come by their names.
        invoices.invoice(lucia)
        form = form_of(marta, f"{profile}/pay")

        answer = submit(marta, f"{profile}/pay", card=card.public_id, **form)

        assert paid(owner) == [("settled", 220_000_000)]
        assert "Thank you" in visit(marta, answer.location).text
        assert visit(marta, f"{profile}/invoices").text.count("Paid") >= 2

    def test_pays_one_invoice(self, marta, owner, profile, lucia, bill, card):  # noqa: PLR0917  # The same.
        other = invoices.invoice(lucia)
        form = form_of(marta, f"{profile}/pay?invoice={other.public_id}")

        submit(marta, f"{profile}/pay", card=card.public_id, **form)

        assert paid(owner) == [("settled", 110_000_000)]
        assert invoices.stored(bill).balance == bill.total

    def test_pays_the_parts_that_were_chosen(self, marta, owner, profile, bill, card):
        form = form_of(marta, f"{profile}/pay?currency=USD&part_{bill.public_id}=40.50")

        submit(marta, f"{profile}/pay", card=card.public_id, **form)

        assert paid(owner) == [("settled", 40_500_000)]

    def test_charges_once_for_a_form_sent_twice(self, marta, owner, profile, bill, card):
        form = form_of(marta, f"{profile}/pay")

        first, again = (
            submit(marta, f"{profile}/pay", page=f"{profile}/cards/new", card=card.public_id, **form)
            for _press in range(2)
        )

        assert first.location == again.location
        assert len(paid(owner)) == 1

    def test_charges_once_from_two_tabs(self, marta, owner, profile, bill, card):
        tabs = [form_of(marta, f"{profile}/pay") for _tab in range(2)]

        answers = [
            submit(marta, f"{profile}/pay", page=f"{profile}/cards/new", card=card.public_id, **tab) for tab in tabs
        ]

        assert [answer.status_code for answer in answers] == [302, 302]
        assert len(paid(owner)) == 1

    def test_charges_nothing_more_after_going_back(self, marta, owner, profile, bill, card):
        form = form_of(marta, f"{profile}/pay")
        done = submit(marta, f"{profile}/pay", page=f"{profile}/cards/new", card=card.public_id, **form)

        back = visit(marta, visit(marta, f"{profile}/pay").location).text
        again = submit(marta, f"{profile}/pay", page=f"{profile}/cards/new", card=card.public_id, **form)

        assert "Nothing is left to pay" in back
        assert again.location == done.location
        assert len(paid(owner)) == 1

    def test_says_what_is_left_where_a_part_was_paid_meanwhile(self, marta, profile, lucia, bill):
        address = f"{profile}/pay?part_{bill.public_id}=110.00"
        payments.recorded(lucia, "50.00")

        back = visit(marta, address).text

        assert "perhaps because it was paid just now" in back
        assert "Pay $60.00" in back

    @pytest.mark.parametrize(
        "tampered",
        [{"amount": "1.00"}, {"currency": "EUR"}, {"currency": "XX"}, {"amount": "-110.00"}],
        ids=str,
    )
    def test_refuses_what_was_tampered_with(self, marta, owner, profile, bill, card, tampered):  # noqa: PLR0917  # Fixtures come by their names.
        form = form_of(marta, f"{profile}/pay") | tampered

        answer = submit(marta, f"{profile}/pay", card=card.public_id, **form)

        assert answer.status_code in {404, 422}
        assert paid(owner) == []

    def test_refuses_a_balance_that_changed_meanwhile(self, marta, owner, profile, lucia, bill, card):  # noqa: PLR0917  # The same.
        form = form_of(marta, f"{profile}/pay")
        payments.recorded(lucia, "50.00")

        answer = submit(marta, f"{profile}/pay", card=card.public_id, **form)

        assert answer.status_code == 422
        assert "Pay $60.00" in answer.text

    def test_refuses_the_invoice_of_another_profile(self, marta, owner, profile, clinic, bill, card):  # noqa: PLR0917  # The same.
        leo = invoices.invoice(invoices.customer(clinic, name="Leo"))
        form = form_of(marta, f"{profile}/pay")
        stolen = {name.replace(bill.public_id, leo.public_id): value for name, value in form.items()}

        answer = submit(marta, f"{profile}/pay", card=card.public_id, **stolen)

        assert answer.status_code == 422
        assert paid(owner) == []

    @pytest.mark.parametrize("end", ["void", "closed"])
    def test_refuses_an_invoice_that_asks_for_nothing_any_more(self, marta, owner, profile, bill, card, end):  # noqa: PLR0917  # The same.
        form = form_of(marta, f"{profile}/pay?invoice={bill.public_id}")
        if end == "void":
            with scope.of_agency(bill.agency_id), transaction():
                void(bill.id, reason="Mistake", by=OPERATOR, now=NOON)
        else:
            submit(marta, f"{profile}/pay", card=card.public_id, **form)
        before = paid(owner)

        answer = submit(
            marta, f"{profile}/pay", page=f"{profile}/cards/new", card=card.public_id, **form | {"request": "another"}
        )

        assert paid(owner) == before
        assert "Nothing was charged" in visit(marta, answer.location).text

    def test_refuses_the_card_of_another_customer(self, marta, owner, profile, clinic, bill, card):  # noqa: PLR0917  # The same.
        stolen = payments.card(invoices.customer(clinic, name="Leo"))

        answer = submit(marta, f"{profile}/pay", card=stolen.public_id, **form_of(marta, f"{profile}/pay"))

        assert answer.status_code == 404
        assert paid(owner) == []

    def test_tells_of_a_decline_and_another_card_pays(self, marta, owner, profile, lucia, bill):
        broke = payments.card(lucia, "pm_card_chargeCustomerFail")
        answer = submit(marta, f"{profile}/pay", card=broke.public_id, **form_of(marta, f"{profile}/pay"))
        works = payments.card(lucia)

        submit(marta, f"{profile}/pay", card=works.public_id, **form_of(marta, f"{profile}/pay"))

        assert answer.status_code == 422
        assert "Nothing was charged" in answer.text
        assert [state for state, _amount in paid(owner)] == ["declined", "settled"]

    def test_after_the_session_ended_charges_nothing(self, marta, owner, profile, bill, card):
        form = form_of(marta, f"{profile}/pay")
        csrf = token(marta, f"{profile}/pay")
        owner.execute("UPDATE portal_sessions SET ended_at = now()")

        answer = marta.post(f"{profile}/pay", data={"csrf_token": csrf, "card": card.public_id, **form})

        assert answer.status_code in {302, 401}
        assert paid(owner) == []


class TestATypedCard:
    def typed(self, client, stripe, profile):
        answer = client.post(
            f"{profile}/cards/setups?pays=1",
            headers={"X-CSRFToken": token(client, f"{profile}/cards/new")},
        )
        stripe.set_up(answer.json["client_secret"], cards.PAYS)
        return answer.json["completion_url"]

    @pytest.mark.parametrize("keep", ["", "1"])
    def test_stays_only_if_it_is_to_be_saved(self, marta, stripe, owner, profile, bill, keep):  # noqa: PLR0917  # The same.
        form = form_of(marta, f"{profile}/pay?card=new")
        completion = self.typed(marta, stripe, profile)

        submit(marta, completion, page=f"{profile}/cards/new", keep=keep, **form)
        post.work(owner, "let_card_go")

        assert paid(owner) == [("settled", 110_000_000)]
        assert ("4242" in visit(marta, f"{profile}/cards").text) == bool(keep)

    def test_left_behind_by_a_closed_page_charges_nothing_and_goes(self, marta, stripe, owner, profile, bill):
        setup_id = ids.decode("cse", self.typed(marta, stripe, profile).split("/")[-2])
        with scope.of_agency(bill.agency_id):
            setups.finish(setup_id, now=clock.now())  # As the processor's word of it does.
        held = on_file(owner)
        owner.execute("UPDATE jobs SET not_before = now()")

        post.work(owner, "let_card_go")

        assert (held, on_file(owner)) == (1, 0)
        assert paid(owner) == []

    def test_of_another_profile_is_not_finished(self, marta, stripe, owner, address, profile, clinic, bill):  # noqa: PLR0917  # The same.
        leo = invoices.customer(clinic, name="Leo")
        portal.granted(leo)
        completion = self.typed(marta, stripe, profile)
        form = form_of(marta, f"{profile}/pay")

        answer = submit(
            marta, completion.replace(profile, f"{address}/{leo.public_id}"), page=f"{profile}/cards/new", **form
        )

        assert answer.status_code == 404
        assert paid(owner) == []


class TestCredit:
    def test_is_shown_and_put_to_open_invoices(self, marta, profile, lucia):
        payments.recorded(lucia, "30.00")
        bill = invoices.invoice(lucia)
        before = visit(marta, f"{profile}/billing").text

        submit(marta, f"{profile}/credit", page=f"{profile}/cards/new", currency="USD")

        assert "$80.00" in before
        assert "Credit of $30.00" in before
        assert invoices.stored(bill).balance == payments.dollars("80.00")

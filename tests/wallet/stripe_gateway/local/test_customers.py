import pytest
import stripe


class TestCreate:
    def test_keeps_what_it_was_told(self, processor):
        wish = {"email": "luz@example.com", "name": "Luz", "metadata": {"1": "one"}, "address": {"country": "CO"}}
        customer = processor.customers.retrieve(processor.customers.create(wish).id)

        assert (customer.email, customer.name, customer.metadata["1"]) == ("luz@example.com", "Luz", "one")
        assert (customer.address.country, customer.address.city) == ("CO", None)

    def test_refuses_a_default_card_of_somebody_else(self, processor, save_card):
        wish = {"invoice_settings": {"default_payment_method": save_card()}}

        with pytest.raises(stripe.InvalidRequestError) as refused:
            processor.customers.create(wish)

        assert refused.value.param == "invoice_settings[default_payment_method]"


class TestUpdate:
    def test_merges_metadata_and_unsets_with_an_empty_string(self, processor):
        customer = processor.customers.create({"name": "Luz", "metadata": {"a": "1", "b": "2"}})
        changed = processor.customers.update(customer.id, {"name": "", "metadata": {"a": "", "c": "3"}})

        assert changed.name is None
        assert changed.metadata.to_dict() == {"b": "2", "c": "3"}

    def test_announces_what_was_before(self, processor, customer):
        processor.customers.update(customer.id, {"email": "nueva@example.com"})
        event = processor.events.list({"type": "customer.updated"}).data[0]

        assert event.data.previous_attributes["email"] == "ana@example.com"

    def test_refuses_long_metadata(self, processor, customer):
        with pytest.raises(stripe.InvalidRequestError, match="500 characters"):
            processor.customers.update(customer.id, {"metadata": {"a": "x" * 501}})


class TestDelete:
    def test_leaves_a_stub_and_detaches_the_cards(self, processor, customer, save_card):
        card = save_card()
        processor.customers.delete(customer.id)

        assert processor.customers.retrieve(customer.id).deleted
        assert processor.payment_methods.retrieve(card).customer is None
        assert processor.customers.list().data == []

    def test_leaves_nobody_to_charge(self, processor, customer):
        processor.customers.delete(customer.id)

        with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
            processor.payment_intents.create({"amount": 100, "currency": "usd", "customer": customer.id})


class TestList:
    def test_pages_with_cursors(self, processor):
        made = [processor.customers.create({"email": f"{n}@example.com"}).id for n in range(5)][::-1]
        first = processor.customers.list({"limit": 2})
        second = processor.customers.list({"limit": 2, "starting_after": first.data[-1].id})

        assert [one.id for one in first.data + second.data] == made[:4]
        assert first.has_more
        assert [one.id for one in processor.customers.list({"limit": 2}).auto_paging_iter()] == made

    def test_goes_back_with_ending_before(self, processor):
        made = [processor.customers.create().id for _ in range(4)][::-1]
        page = processor.customers.list({"limit": 2, "ending_before": made[3]})

        assert [one.id for one in page.data] == made[1:3]

    def test_finds_by_email(self, processor, customer):
        processor.customers.create({"email": "otra@example.com"})

        assert [one.id for one in processor.customers.list({"email": customer.email})] == [customer.id]

    @pytest.mark.parametrize("limit", [0, 101])
    def test_refuses_other_limits(self, processor, limit):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            processor.customers.list({"limit": limit})

        assert refused.value.param == "limit"

import stripe


class TestEvent:
    def test_names_the_request_that_caused_it(self, processor):
        customer = processor.customers.create({}, {"idempotency_key": "attempt-1"})
        event = processor.events.list({"type": "customer.created"}).data[0]

        assert event.data.object.id == customer.id
        assert event.request.id == customer.last_response.request_id
        assert event.request.idempotency_key == "attempt-1"

    def test_keeps_the_object_as_it_was(self, processor, customer):
        processor.customers.update(customer.id, {"email": "nueva@example.com"})
        event = processor.events.list({"type": "customer.created"}).data[0]

        assert event.data.object.email == "ana@example.com"

    def test_is_found_by_several_types(self, processor, customer, save_card):
        save_card()
        found = processor.events.list({"types": ["customer.created", "payment_method.attached"]}).data

        assert [event.type for event in found] == ["payment_method.attached", "customer.created"]

    def test_carries_the_version_the_sdk_is_made_for(self, processor, customer):
        assert processor.events.list().data[0].api_version == stripe.api_version

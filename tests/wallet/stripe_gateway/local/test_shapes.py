"""What the server answers has the fields, and only the fields, that the SDK knows of each object."""

import pytest
import stripe

# Fields that Stripe sends only when they are asked for, when they apply, or for accounts with a feature.
OPTIONAL = {
    stripe.Account: {"company", "deleted", "groups", "individual"},
    stripe.BalanceTransaction: set(),
    stripe.Charge: {
        *("authorization_code", "level3", "presentment_details", "radar_options", "refunds", "transfer"),
    },
    stripe.Customer: {
        *("business_name", "cash_balance", "customer_account", "deleted", "individual_name", "sources"),
        *("invoice_credit_balance", "subscriptions", "tax", "tax_ids"),
    },
    stripe.Dispute: {"intended_submission_method", "network_reason_code"},
    stripe.Event: {"account", "context"},
    stripe.PaymentIntent: {
        *("customer_account", "hooks", "managed_payments", "payment_details", "presentment_details"),
        *("payment_method_configuration_details", "payment_record"),
    },
    stripe.Refund: {
        *("customer", "customer_account", "description", "failure_balance_transaction", "failure_reason"),
        *("instructions_email", "next_action", "payment_method", "pending_reason", "presentment_details"),
    },
    stripe.SetupIntent: {
        *("attach_to_self", "customer_account", "managed_payments", "payment_method_configuration_details"),
    },
    stripe.WebhookEndpoint: {"deleted", "secret"},
}


@pytest.fixture
def samples(processor, charge):
    """One object of each kind, made by the story of a refunded and a disputed payment."""
    intent = charge()
    refund = processor.refunds.create({"payment_intent": intent.id, "amount": 100})
    disputed = charge("pm_card_createDispute")
    wish = {"url": "http://127.0.0.1:9/hook", "enabled_events": ["account.updated"]}
    return [
        processor.accounts.create(),
        processor.balance_transactions.list().data[0],
        processor.charges.retrieve(intent.latest_charge),
        processor.customers.retrieve(intent.customer),
        processor.disputes.list({"payment_intent": disputed.id}).data[0],
        processor.events.list().data[0],
        intent,
        refund,
        processor.setup_intents.create({}),
        processor.webhook_endpoints.retrieve(processor.webhook_endpoints.create(wish).id),
    ]


class TestAnswer:
    def test_has_the_fields_the_sdk_knows(self, samples):
        for sample in samples:
            known = {name for name in type(sample).__annotations__ if name.islower()}
            told = set(sample.to_dict())

            assert told - known == set(), type(sample)
            assert known - told - OPTIONAL[type(sample)] == set(), type(sample)

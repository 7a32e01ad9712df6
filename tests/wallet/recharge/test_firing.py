from tests.factories import cards, funds, tenants


class TestARecharge:
    def test_it_fires_at_the_threshold_and_fills_the_wallet(self, app, stripe):
        client = tenants.sub_account(tenants.agency())
        cards.card(client)
        funds.added(client, "25.00")
        funds.rule(client, "25.00", threshold="10.00")

        funds.spent(client, "15.00")
        funds.collected(client)

        assert funds.balance_of(client) == funds.dollars("35.00")
        assert [charge["amount"] for charge in stripe.charged()] == [2500, 2500]

"""POST prices/evaluate: the amount, the steps that lead to it, and nothing kept."""

import pytest

TIERS = [{"up_to": "10", "unit_price": "2"}, {"up_to": None, "unit_price": "1.50"}]


@pytest.fixture
def ask(post):
    return lambda question: post("prices/evaluate", question)


class TestEvaluate:
    def test_answers_amount_and_steps(self, ask):
        found = ask({"model": "graduated", "currency": "EUR", "tiers": TIERS, "quantity": "12"}).json

        assert found["amount"] == {"amount": "23.00", "currency": "EUR"}
        assert [(step["tier"], step["quantity"], step["amount"]) for step in found["steps"]] == [
            (1, "10", "20"),
            (2, "2", "3.00"),
        ]

    def test_has_the_agencys_currency_where_none_is_said(self, ask):
        found = ask({"model": "flat", "unit_price": "5", "quantity": 1}).json

        assert found["amount"]["currency"] == "USD"

    def test_warns_where_more_costs_less(self, ask):
        [pair] = ask({"model": "volume", "tiers": TIERS, "quantity": "5"}).json["cheaper_for_more"]

        assert (pair["fewer_amount"]["amount"], pair["more_amount"]["amount"]) == ("20.00", "16.50")

    def test_tells_cost_and_margin(self, ask):
        found = ask({"model": "per_unit", "wholesale_cost": "0.0062", "markup": "1.5", "quantity": "1000"}).json

        assert (found["amount"]["amount"], found["cost"]["amount"], found["margin"]["amount"]) == (
            "9.30",
            "6.20",
            "3.10",
        )

    def test_takes_transactions_for_a_percentage(self, ask):
        question = {"model": "percentage", "rate_percent": "2", "fixed_fee": "0.10", "transactions": ["100", "50"]}

        assert ask(question).json["amount"]["amount"] == "3.20"

    def test_stores_nothing(self, ask, owner, all_tables):
        before = [owner.execute(f"SELECT count(*) FROM {table}").fetchone() for table in all_tables]

        assert ask({"model": "volume", "tiers": TIERS, "quantity": "5"}).status_code == 200

        assert [owner.execute(f"SELECT count(*) FROM {table}").fetchone() for table in all_tables] == before

    @pytest.mark.parametrize(
        ("question", "field"),
        [
            ({"model": "flat", "unit_price": "5"}, "quantity"),
            ({"model": "flat", "unit_price": "5", "quantity": 1.5}, "quantity"),
            ({"model": "flat", "unit_price": "5", "quantity": True}, "quantity"),
            ({"model": "flat", "unit_price": "5", "quantity": "many"}, "quantity"),
            ({"model": "flat", "unit_price": 5.5, "quantity": "1"}, "unit_price"),
            ({"unit_price": "5", "quantity": "1"}, "model"),
            ({"model": "flat", "unit_price": "5", "quantity": "1", "package_size": "2"}, "package_size"),
            ({"model": "package", "unit_price": "5", "quantity": "1", "package_size": "0"}, "package_size"),
            ({"model": "package", "unit_price": "5", "quantity": "1"}, "package_size"),
            ({"model": "percentage", "quantity": "1"}, "rate_percent"),
            ({"model": "percentage", "rate_percent": "2", "transactions": [1.5]}, "transactions.0"),
            ({"model": "graduated", "tiers": [{"up_to": "5"}], "quantity": "1"}, "tiers.0.unit_price"),
            ({"model": "graduated", "tiers": [{"unit_price": "1"}] * 101, "quantity": "1"}, "tiers"),
            ({"model": "graduated", "tiers": "many", "quantity": "1"}, "tiers"),
        ],
    )
    def test_refuses_at_the_field(self, ask, question, field):
        answer = ask(question)

        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])

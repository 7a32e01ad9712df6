"""The rule, its log and its simulation over HTTP."""

import pytest

from tests.factories import funds, staff
from tests.scenarios.story import Story, usd


class TestTheRule:
    def test_it_is_read_as_it_was_set(self, story):
        saved = story.set_rule("25.00", "10.00")

        assert (saved["state"], saved["monthly_cap"], saved["pause"]) == ("on", usd("250.00"), None)
        assert story.get("/recharge-rule") == saved

    def test_a_charge_at_once_must_be_confirmed(self, story):
        story.spend("20.00")

        refused = story.set_rule(expect=409)
        saved = story.set_rule(confirm=True)

        assert (refused["charge_now"], list(refused["errors"])) == ("25.00 USD", ["confirm"])
        assert saved["state"] == "charging"

    def test_it_ends(self, story):
        story.set_rule()

        story.call("DELETE", f"{story.wallet}/recharge-rule", expect=204)

        story.call("GET", f"{story.wallet}/recharge-rule", expect=404)

    @pytest.mark.parametrize(
        ("terms", "field"),
        [
            ({"threshold": usd("-1.00")}, "threshold"),
            ({"amount": usd("3000.00")}, "amount"),
            ({"monthly_cap": usd("20.00")}, "monthly_cap"),
            ({"target": usd("50.00")}, "amount"),
            ({"threshold": {"amount": "10.00", "currency": "EUR"}}, "currency"),
        ],
    )
    def test_terms_that_cannot_be_are_refused_at_their_field(self, story, terms, field):
        refused = story.set_rule(expect=422, body=terms)

        assert field in refused["errors"]
        story.call("GET", f"{story.wallet}/recharge-rule", expect=404)

    def test_it_never_says_on_when_it_is_paused(self, story):
        story.set_rule()
        story.decline(story.rows_of_cards()[0], "stolen_card", times=1)
        story.spend("20.00")
        story.collect()

        paused = story.get("/recharge-rule")

        assert (paused["state"], paused["pause"]["reason"]) == ("paused", "refused")

    def test_staff_lift_a_pause(self, story):
        story.set_rule()
        story.decline(story.rows_of_cards()[0], "stolen_card", times=1)
        story.spend("20.00")
        story.collect()
        pause = f"{story.wallet}/recharge-rule/pause"

        lifted = story.call("DELETE", pause, body={"reason": "The bank called."})

        assert (lifted["lifted_by"], lifted["lift_reason"]) == ("staff", "The bank called.")
        story.call("DELETE", pause, expect=409, body={"reason": "Again."})


class TestTheSimulation:
    def test_it_plays_the_past_and_stores_nothing(self, story):
        story.spend("20.00")

        played = story.call(
            "POST",
            f"{story.wallet}/recharge-simulation",
            body={"threshold": usd("10.00"), "amount": usd("25.00")},
        )

        assert [recharge["amount"] for recharge in played["recharges"]] == [usd("25.00")]
        assert (played["balance"], played["lowest"]) == (usd("30.00"), usd("5.00"))
        assert story.balance() == "5.00"
        assert story.rows("/recharges") == []


@pytest.fixture
def story(client, app, stripe, owner):
    return Story(app.test_client(), staff.api_key(funds.agency_of(client)), client, stripe, owner)

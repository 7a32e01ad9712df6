import pytest

from tests.worked_cases import changes, documents, periods, prices, wallets
from tests.worked_cases.cases import ANSWERS, plain, read

CASES = read()
TOPICS = (changes, documents, periods, prices, wallets)
UNSUPPORTED = {
    "au-reserve-8-use-11": "A hold is never captured for more than it holds: we refuse what this engine allows.",
    "au-reservation-expire-then-confirm": "The state of a hold is a row of the ledger, not a number to work out.",
    "kb-parent-credit-to-child-before-commit": "No document here gathers the invoices of several payers.",
    "kb-void-invoice-that-was-already-credited-is-refused": "Whether an invoice may be voided is a state.",
    "lago-progressive-threshold-once-per-lifetime": "Usage is never billed at a threshold of its amount.",
    "lago-progressive-two-thresholds": "Usage is never billed at a threshold of its amount.",
    "lago-topup-requires-payment": "When a payment counts as settled is a state of its row, not a number to work out.",
}


class TestWorkedCases:
    @pytest.mark.parametrize("case_id", sorted(ANSWERS))
    def test_our_rules_give_the_published_numbers(self, case_id):
        case = CASES[case_id]

        answer = plain(ANSWERS[case_id](case))

        assert {key: answer[key] for key in plain(case.expect)} == plain(case.expect)

    def test_every_case_is_worked_or_says_why_not(self):
        assert sorted([*ANSWERS, *UNSUPPORTED]) == sorted(CASES)

    @pytest.mark.parametrize("topic", TOPICS)
    def test_every_topic_works_some(self, topic):
        assert any(function.__module__ == topic.__name__ for function in ANSWERS.values())

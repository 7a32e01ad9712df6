"""What the portal may write: it reads under a role that cannot, and these operations alone run as the application."""

import ast

from tests.architecture import sources

# Each is called between ``as_application()`` and the end of its block, and checks whose row it is.
OPERATIONS = {
    "apply_credit",
    "change_preferences",
    "challenge",
    "choose_letters",
    "collect",
    "detach",
    "end_session",
    "end_sessions",
    "finish",
    "begin",
    "keep_typed",
    "make_primary",
    "note_typed",
    "pay_by_card",
    "pdf_of",
    "request_setup",
    "send_new_email_link.later",
    "switch_off",
    "switch_on",
}
# What only reads, computes or names.
READS = {
    *("active", "autopay_of", "billing_account", "card", "cards", "charge_of", "customer", "first_card", "identity"),
    *("pdf", "receipt", "wanted_letters"),
    *("passing_cards", "sessions", "typed_by", "get_one", "open_attempt", "_open_attempt", "settings"),
    *("publishable_key", "refuse_own_email", "named", "consent_text", "current_actor", "current_visitor"),
    *("Consent", "PayWish", "CardPlace", "as_application", "transaction", "clock.now", "clock.wall", "getattr", "set"),
    *("str", "jsonify", "redirect", "url_for", "request.form.get", "ids.new_id", "NotFound", "agency_id"),
}
QUALIFIED = ("clock.", "ids.", "request.form", "send_new_email_link.")


def called(node: ast.Call) -> str:
    name = ast.unparse(node.func)
    return name if name.startswith(QUALIFIED) else name.rpartition(".")[2]


def as_application(node: ast.AST) -> bool:
    return isinstance(node, ast.With) and any("as_application" in ast.unparse(item) for item in node.items)


def written():
    """Every call inside an ``as_application`` block of the portal."""
    for source in sources.product():
        if source.name.startswith("subaccounts/portal/routes/"):
            for block in filter(as_application, ast.walk(source.tree)):
                yield from (called(node) for node in ast.walk(block) if isinstance(node, ast.Call))


def test_only_the_named_operations_run_as_the_application():
    assert set(written()) - READS - OPERATIONS == set()


def test_every_named_operation_is_one():
    assert OPERATIONS - set(written()) == set()

"""How a seller invoices."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record_change
from agency.foundation.database.session import session
from agency.foundation.database.turns import take_turn
from agency.foundation.errors import DomainError
from subaccounts.invoices.models.sellers import SellerTerms
from subaccounts.invoices.rules.canonical import number_text
from subaccounts.invoices.sellers import terms_of


class SamePrefix(DomainError):
    status = 422
    field = "credit_note_prefix"
    message = _l("Invoices and credit notes need prefixes of their own, or their numbers could not be told apart.")


def change_terms(sub_account_id: UUID | None, changes: Mapping[str, Any], *, by: Actor, now: datetime) -> SellerTerms:
    """Set how a seller invoices from now on; None is the agency. Documents that exist stay as they are.

    Raises:
        SamePrefix: invoices and credit notes would be numbered alike.
    """
    take_turn(f"seller_terms/{sub_account_id}")
    terms = terms_of(sub_account_id)
    prefixes = [changes.get(name, getattr(terms, name)) for name in ("invoice_prefix", "credit_note_prefix")]
    if number_text(prefixes[0], 1) == number_text(prefixes[1], 1):
        raise SamePrefix
    if terms not in session:
        session.add(terms)
        session.flush()
    record_change("seller_terms.changed", terms, dict(changes), by=by, now=now, sub_account_id=sub_account_id)
    session.flush()
    return terms

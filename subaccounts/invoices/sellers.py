"""Who sells, and how: terms, identity on documents, the day it is there."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.local_days import local_day
from agency.plans.rules.tax import Rounding
from agency.tenants.models import Agency, SubAccount
from agency.tenants.queries import agency, sub_account
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.sellers import Grouping, SellerTerms

DUE_DAYS = 14
DEFAULTS: dict[str, Any] = {
    "legal_name": None,
    "address": None,
    "tax_id": None,
    "email": None,
    "due_days": DUE_DAYS,
    "prices_include_tax": False,
    "rounding": Rounding.LINE,
    "grouping": Grouping.COMBINED,
    "invoice_prefix": "INV-",
    "credit_note_prefix": "CN-",
    "custom_fields": [],
    "notes": None,
    "terms": None,
    "how_to_pay": None,
    "tax_ids_shown": False,
    "accent": None,
    "logo_digest": None,
}


@dataclass(frozen=True)
class SellerAtHand:
    """One seller with its terms; ``sub_account_id`` None is the agency."""

    sub_account_id: UUID | None

    @cached_property
    def who(self) -> Agency | SubAccount:
        return agency() if self.sub_account_id is None else sub_account(self.sub_account_id)

    @cached_property
    def terms(self) -> SellerTerms:
        return terms_of(self.sub_account_id)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.who.time_zone)

    def today(self, now: datetime) -> date:
        return local_day(now, self.zone)

    def identity(self) -> dict[str, Any]:
        """What stands at the head of its documents."""
        found, who = self.terms, self.who
        email, face = (who.support_email, who) if isinstance(who, Agency) else (who.email, found)
        return {
            "name": found.legal_name or who.name,
            "lines": (found.address or "").splitlines(),
            "tax_id": found.tax_id,
            "email": found.email or email,
            "accent": face.accent or agency().accent,
            "logo": face.logo_digest,
        }


def seller_id(seller: Seller, sub_account_id: UUID) -> UUID | None:
    """Under which the seller's terms, series and providers are kept: None is the agency."""
    return None if seller is Seller.AGENCY else sub_account_id


def terms_of(sub_account_id: UUID | None) -> SellerTerms:
    """The seller's terms; those of the platform where it has set none.

    What an agency's subscriptions bill then opens at once; what a sub-account drafts waits for somebody.
    """
    query = select(SellerTerms).where(SellerTerms.sub_account_id.is_not_distinct_from(sub_account_id))
    grace_hours = 0 if sub_account_id is None else None
    return session.scalar(query) or SellerTerms(sub_account_id=sub_account_id, grace_hours=grace_hours, **DEFAULTS)

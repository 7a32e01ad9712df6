from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import PLATFORM, Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.database.turns import take_turn
from agency.foundation.encryption import encrypt
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from wallet.merchant_accounts import keys, queries
from wallet.merchant_accounts.jobs import register_webhook
from wallet.merchant_accounts.models import MerchantAccount, MerchantKind
from wallet.stripe_gateway.outcomes import Account


class PaymentsNotSetUp(DomainError):
    message = _l("Card payments are not set up here yet.")


class AlreadyConnected(DomainError):
    status = 422
    field = "secret_key"
    message = _l("This account already receives your payments.")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWish:
    """An account's own keys, as its owner copied them; the secret for webhooks only where they made it themselves."""

    secret_key: str = field(repr=False)
    publishable_key: str
    webhook_secret: str | None = field(default=None, repr=False)


def of_agency(*, now: datetime) -> MerchantAccount:
    """The agency's account; without one of its own, the platform's becomes it.

    Raises:
        PaymentsNotSetUp: there is neither.
    """
    found = queries.active()
    if found is not None:
        return found
    if not keys.settings().stripe_secret_key:
        raise PaymentsNotSetUp
    return _open_default(now=now)


def of_seller(sub_account_id: UUID) -> MerchantAccount:
    """The account of a sub-account that bills customers of its own; never the platform's.

    Raises:
        PaymentsNotSetUp: it has none.
    """
    found = queries.active(sub_account_id)
    if found is None:
        raise PaymentsNotSetUp
    return found


def _open_default(*, now: datetime) -> MerchantAccount:
    _take_turn(None)
    found = queries.active()
    if found is not None:
        return found
    merchant = MerchantAccount(kind=MerchantKind.PLATFORM, name="Stripe", charges_enabled=True, created_at=now)
    session.add(merchant)
    session.flush()
    record("merchant_account.opened", merchant, by=PLATFORM, now=now, after={"kind": merchant.kind})
    register_webhook.later(merchant_account_id=str(merchant.id))
    return merchant


def connect_key(
    wish: KeyWish, account: Account, *, sub_account_id: UUID | None, by: Actor, now: datetime
) -> MerchantAccount:
    """Receive with an account's own key, which ``account`` was just read with. The account of before is retired.

    Raises:
        AlreadyConnected: it is that very account.
    """
    merchant = MerchantAccount(
        sub_account_id=sub_account_id,
        kind=MerchantKind.OWN_KEY,
        name=account.name,
        country=account.country,
        stripe_account=account.id,
        secret_key=encrypt(wish.secret_key),
        publishable_key=wish.publishable_key,
        webhook_secret=encrypt(wish.webhook_secret) if wish.webhook_secret else None,
        charges_enabled=account.charges_enabled,
        created_at=now,
        checked_at=now,
    )
    return _replace(merchant, by=by, now=now)


def connect_account(account: Account, *, sub_account_id: UUID | None, by: Actor, now: datetime) -> MerchantAccount:
    """Receive with an account that has given the platform access; the platform's key speaks for it.

    Raises:
        AlreadyConnected: it is that very account.
    """
    merchant = MerchantAccount(
        sub_account_id=sub_account_id,
        kind=MerchantKind.CONNECTED,
        name=account.name,
        country=account.country,
        stripe_account=account.id,
        charges_enabled=account.charges_enabled,
        created_at=now,
        checked_at=now,
    )
    return _replace(merchant, by=by, now=now)


def _replace(merchant: MerchantAccount, *, by: Actor, now: datetime) -> MerchantAccount:
    _take_turn(merchant.sub_account_id)
    former = queries.active(merchant.sub_account_id)
    if former is not None and former.stripe_account == merchant.stripe_account and former.kind is merchant.kind:
        raise AlreadyConnected
    if former is not None:
        former.retired_at = now
        session.flush()
    session.add(merchant)
    session.flush()
    record(
        "merchant_account.connected",
        merchant,
        by=by,
        now=now,
        after={"kind": merchant.kind, "account": merchant.stripe_account},
        sub_account_id=merchant.sub_account_id or scope.sub_account_id(),
    )
    if merchant.webhook_secret is None:
        register_webhook.later(merchant_account_id=str(merchant.id))
    return merchant


def _take_turn(sub_account_id: UUID | None) -> None:
    """Two may come at once, and one account of a place receives."""
    take_turn(f"merchant-account/{sub_account_id}")


def note_account(merchant: MerchantAccount, account: Account, *, now: datetime) -> None:
    """Keep what the processor says of it now: whether it may charge, its name, its country."""
    merchant.name, merchant.country = account.name, account.country
    merchant.charges_enabled, merchant.checked_at = account.charges_enabled, now

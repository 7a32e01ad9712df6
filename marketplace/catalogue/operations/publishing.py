"""A publisher makes apps: drafts, their prices, and the way onto the list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record, record_change
from agency.foundation.database.session import session
from agency.foundation.database.uniqueness import unique
from agency.foundation.errors import DomainError
from agency.foundation.money import Money
from agency.plans.rules.components import Interval
from marketplace.catalogue.models.apps import App, AppPrice, AppPriceKind, AppState, Publisher
from marketplace.catalogue.rules import PERCENTS, refuse_foreign_limits


class AlreadyPublisher(DomainError):
    message = _l("This account publishes apps already.")


class NotSubmittable(DomainError):
    message = _l("Only a draft can be sent for review.")


class NotInReview(DomainError):
    message = _l("This app is not waiting for a review.")


class NotListed(DomainError):
    message = _l("Only a listed app can be retired.")


class AppRetired(DomainError):
    message = _l("This app is retired. Nothing about it can be changed.")


class AppCodeTaken(DomainError):
    status = 422
    field = "code"
    message = _l("The app has a price with this code. Withdraw it first, or choose another code.")


class PriceWithdrawn(DomainError):
    message = _l("This price was withdrawn already.")


class TwoOneTimePrices(DomainError):
    status = 422
    field = "kind"
    message = _l("An app has at most one price that is paid once.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppPriceWish:
    """As ``AppPrice``: ``amount``, or for usage ``lowest`` and ``highest``."""

    kind: AppPriceKind
    code: str
    name: str
    amount: Decimal | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    unit: str | None = None
    interval: Interval | None = None
    trial_days: int = 0


def register_publisher(*, name: str, email: str, by: Actor, now: datetime) -> Publisher:
    """Let the tenant in scope publish apps.

    Raises:
        AlreadyPublisher
    """
    publisher = Publisher(name=name, email=email, registered_at=now)
    with unique(AlreadyPublisher, "pk_publishers"):
        session.add(publisher)
        session.flush()
    record("publisher.registered", publisher, by=by, now=now)
    return publisher


def add_app(publisher: Publisher, said: dict[str, Any], *, by: Actor, now: datetime) -> App:
    """Add a draft; ``said`` are fields of ``App``.

    Raises:
        InvalidInput: a limit is not in the app's currency.
    """
    refuse_foreign_limits(said["currency"], said)
    developer, agency, platform = PERCENTS
    app = App(
        publisher_id=publisher.id,
        state=AppState.DRAFT,
        review_note="",
        developer_percent=developer,
        agency_percent=agency,
        platform_percent=platform,
        created_at=now,
        **_columns(said),
    )
    session.add(app)
    session.flush()
    record("app.added", app, by=by, now=now)
    return app


def change_app(app: App, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """Change what is said of an app. Other permissions are asked for at new installs alone.

    Raises:
        AppRetired
        InvalidInput: a limit is not in the app's currency.
    """
    _lock_changeable(app)
    refuse_foreign_limits(app.currency, changes)
    record_change("app.changed", app, _columns(changes), by=by, now=now)


def _columns(said: dict[str, Any]) -> dict[str, Any]:
    """Limits are amounts outside and micros inside."""
    return {
        (f"{name}_micros" if name.endswith("_limit") else name): value.micros if isinstance(value, Money) else value
        for name, value in said.items()
    }


def add_app_price(app: App, wish: AppPriceWish, *, by: Actor, now: datetime) -> AppPrice:
    """Add a line to the publisher's list; agencies sell it once they have said for how much.

    Raises:
        AppRetired, AppCodeTaken, TwoOneTimePrices
    """
    _lock_changeable(app)
    listed = session.scalars(select(AppPrice).where(AppPrice.app_id == app.id, AppPrice.withdrawn_at.is_(None))).all()
    if any(price.code == wish.code for price in listed):
        raise AppCodeTaken
    once = AppPriceKind.ONE_TIME
    if wish.kind is once and any(price.kind is once for price in listed):
        raise TwoOneTimePrices
    price = AppPrice(
        app_id=app.id,
        kind=wish.kind,
        code=wish.code,
        name=wish.name,
        currency=app.currency,
        amount=wish.amount,
        lowest=wish.lowest,
        highest=wish.highest,
        unit=wish.unit,
        interval=wish.interval,
        trial_days=wish.trial_days,
        created_at=now,
    )
    session.add(price)
    session.flush()
    record("app.price_added", app, by=by, now=now, after={"code": price.code, "name": price.name})
    return price


def withdraw_app_price(app: App, price: AppPrice, *, by: Actor, now: datetime) -> None:
    """Take a price out of sale; whoever pays it goes on paying it.

    Raises:
        PriceWithdrawn
    """
    session.refresh(price, with_for_update=True)
    if price.withdrawn_at is not None:
        raise PriceWithdrawn
    price.withdrawn_at = now
    record("app.price_withdrawn", app, by=by, now=now, before={"code": price.code})


def submit(app: App, *, by: Actor, now: datetime) -> None:
    """Ask the platform to list a draft.

    Raises:
        NotSubmittable
    """
    _move(app, AppState.DRAFT, AppState.IN_REVIEW, NotSubmittable)
    app.review_note = ""
    record("app.submitted", app, by=by, now=now)


def approve(app: App, *, percents: tuple[int, int, int] = PERCENTS, by: Actor, now: datetime) -> None:
    """List an app under review: every agency can offer it, and what it brings is shared by these percents.

    Raises:
        NotInReview
    """
    _move(app, AppState.IN_REVIEW, AppState.LISTED, NotInReview)
    app.developer_percent, app.agency_percent, app.platform_percent = percents
    app.listed_at = now
    record("app.listed", app, by=by, now=now, after={"percents": list(percents)})


def send_back(app: App, *, note: str, by: Actor, now: datetime) -> None:
    """Make it a draft again, and say why.

    Raises:
        NotInReview
    """
    _move(app, AppState.IN_REVIEW, AppState.DRAFT, NotInReview)
    app.review_note = note
    record("app.sent_back", app, by=by, now=now, after={"note": note})


def retire(app: App, *, by: Actor, now: datetime) -> None:
    """Nobody installs it any more; where it is installed it goes on.

    Raises:
        NotListed
    """
    _move(app, AppState.LISTED, AppState.RETIRED, NotListed)
    record("app.retired", app, by=by, now=now)


def _move(app: App, start: AppState, end: AppState, refusal: Callable[[], DomainError]) -> None:
    session.refresh(app, with_for_update=True)
    if app.state is not start:
        raise refusal()
    app.state = end
    session.flush()


def _lock_changeable(app: App) -> None:
    session.refresh(app, with_for_update={"key_share": True})
    if app.state is AppState.RETIRED:
        raise AppRetired

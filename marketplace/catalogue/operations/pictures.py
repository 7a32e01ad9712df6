"""Pictures of an app: decoded, made small and written anew, so that only a picture is left."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.tenants.logo import read_logo
from marketplace.catalogue.models.apps import App, AppPicture
from marketplace.catalogue.queries import pictures

PICTURES_MAX = 8


class TooManyPictures(DomainError):
    status = 422
    field = "logo"
    message = _l("An app has at most %(count)d pictures. Remove one first.")


def add_picture(app: App, upload: bytes, *, caption: str, by: Actor, now: datetime) -> AppPicture:
    """Add a picture after those there are; the same again adds none.

    Raises:
        LogoRefused: it is too large, or no picture of the kinds we take.
        TooManyPictures
    """
    read = read_logo(upload)
    kept = pictures([app.id]).get(app.id, [])
    for picture in kept:
        if picture.digest == read.digest:
            return picture
    if len(kept) >= PICTURES_MAX:
        raise TooManyPictures(count=PICTURES_MAX)
    added = AppPicture(app_id=app.id, caption=caption, digest=read.digest, png=read.png)
    session.add(added)
    session.flush()
    record("app.picture_added", app, by=by, now=now, after={"caption": caption})
    return added


def remove_picture(app: App, digest: str, *, by: Actor, now: datetime) -> None:
    """Forget a picture, if there is such a one."""
    for picture in pictures([app.id]).get(app.id, []):
        if picture.digest == digest:
            session.delete(picture)
            record("app.picture_removed", app, by=by, now=now, before={"caption": picture.caption})
    session.flush()

"""The factory: every feature, handler, tab and due source of the platform is listed here, once."""

from pathlib import Path

from cryptography.fernet import Fernet
from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect
from redis import Redis
from werkzeug.middleware.proxy_fix import ProxyFix

import agency.models  # noqa: F401  # Every table known to the mapper.
from agency.foundation import api, headers, i18n, limits, problems, web
from agency.foundation.access import admission, blueprints
from agency.foundation.access.blueprints import ApiBlueprint
from agency.foundation.config import Settings
from agency.foundation.converters import IdConverter
from agency.foundation.database.session import connect
from agency.foundation.web import Entry
from agency.mailbox.routes import mail_room
from agency.staff import admission as staff_admission
from agency.tenants.branding import tenant_shown
from agency.test_clock import routes as test_clock

BODY_BYTES_MAX = 2 * 1024 * 1024
FORM_PARTS_MAX = 1000
ROOT = Path(__file__).parents[1]


def create_app(settings: Settings, *, connect_database: bool = True) -> Flask:
    """Build the platform for one process; nothing is read from the environment here."""
    app = Flask(__name__, static_folder=None, template_folder=str(ROOT / "templates"))
    _configure(app, settings)
    if connect_database:
        connect(settings.database_url)
    headers.install(app, settings)
    i18n.install(app)
    limits.install(app, settings)
    problems.install(app)
    _install_door(app)
    web.install(app, tenant=tenant_shown)
    _install_features(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="cartera",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_HTTPONLY=True,
        MAX_CONTENT_LENGTH=BODY_BYTES_MAX,
        MAX_FORM_PARTS=FORM_PARTS_MAX,
        WTF_CSRF_TIME_LIMIT=None,  # A form may stay open as long as its sign-in.
        TRANSLATIONS=ROOT / "agency" / "translations",
        PREFERRED_URL_SCHEME="https" if settings.is_https else "http",
    )
    app.extensions["settings"] = settings
    app.extensions["cipher"] = Fernet(settings.encryption_key)
    app.extensions["redis"] = Redis.from_url(settings.redis_url)
    app.url_map.converters["id"] = IdConverter
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxies_trusted:
        count = settings.proxies_trusted
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # Flask's documented way.


def _install_door(app: Flask) -> None:
    csrf = CSRFProtect(app)
    app.extensions["csrf_guard"] = csrf
    admission.install(
        app,
        {
            blueprints.CONSOLE: staff_admission.admit_console,
            blueprints.PANEL: staff_admission.admit_panel,
            blueprints.ACCOUNT: staff_admission.admit_account,
            blueprints.API: staff_admission.admit_api,
        },
        load_person=staff_admission.load_person,
    )


def _install_features(app: Flask) -> None:
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    api.install(app, RESOURCES)
    for audience, entries in NAVIGATION.items():
        web.add_navigation(audience, *entries)


PAGES: list[Blueprint] = [
    mail_room,
]
RESOURCES: list[ApiBlueprint] = [
    test_clock.resource,
]
NAVIGATION: dict[str, list[Entry]] = {}

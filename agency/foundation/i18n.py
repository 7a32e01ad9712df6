"""Spanish and English: whose language, whose zone, and how money, numbers and dates are written."""

import re
from copy import copy
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from babel.numbers import format_decimal, format_percent, get_currency_symbol
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, get_locale
from flask_login import current_user
from markupsafe import Markup

from agency.foundation import clock
from agency.foundation.money import CURRENCIES, Money

LANGUAGES = {"en": "English", "es": "Español"}
TIME_ZONES = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
DEFAULT_LANGUAGE = "en"
SECOND = timedelta(seconds=1)
TRUE_MINUS = "\u2212"
NO_BREAK = "\u00a0"


def install(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(app.config["TRANSLATIONS"])
    Babel(app, locale_selector=language, timezone_selector=time_zone)
    for name, rendering in {
        "money": money,
        "date": day,
        "datetime": moment,
        "month": month,
        "since": since,
        "number": number,
        "percent": percent,
        "country": country_name,
        "currency": currency_name,
    }.items():
        app.jinja_env.filters[name] = rendering


def language() -> str:
    """The person's own choice, then the one made in this browser, then what the browser prefers.

    A letter is in its receiver's (``g.language``); a job that nobody watches speaks English, for its log.
    """
    written_for = g.get("language")
    if written_for or not has_request_context():
        return str(written_for or DEFAULT_LANGUAGE)
    chosen = getattr(current_user, "locale", None) or session.get("language")
    return str(chosen) if chosen in LANGUAGES else _preferred()


def _preferred() -> str:
    """The first language of the browser's that we speak, whatever its region: es-MX is Spanish."""
    wished = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality)
    return next((language for language in wished if language in LANGUAGES), DEFAULT_LANGUAGE)


def time_zone() -> str:
    """The zone of the tenant at hand; UTC before one is known."""
    return str(g.get("time_zone", "UTC"))


def locale() -> Locale:
    return get_locale() or Locale("en")


def money(value: Money | None, *, code: bool = False) -> str:
    """``$12.50``; ``-12.50`` with a true minus; a part below the coin shown in full; ``code`` adds the ISO code."""
    if value is None:
        return "--"
    text = money_in(value, locale())
    return f"{text} {value.currency}" if code else text


def money_in(value: Money, where: Locale) -> str:
    """In the locale's own pattern and exact: ``$1,234.50`` in English, ``1.234,50 US$`` in Spanish."""
    decimals = len(value.plain().partition(".")[2])
    pattern = copy(where.currency_formats["standard"])
    pattern.frac_prec = (decimals, decimals)
    text = pattern.apply(abs(value.amount), where).replace("¤", symbol(value.currency, where))
    text = re.sub(r"(?<=[A-Z])(?=\d)", NO_BREAK, text)  # CLDR sets a code apart from the figure: KWD 1.250.
    return f"{TRUE_MINUS}{text}" if value.micros < 0 else text


def symbol(currency: str, where: Locale) -> str:
    """The locale's own sign; where it has none the English one, which tells dollars and pesos apart: MX$.

    A lone $ means US dollars in English alone. In Spanish, where a dozen currencies are written so, it is US$.
    """
    own = get_currency_symbol(currency, where)
    return get_currency_symbol(currency, "en") if own == currency else own


def _local(value: datetime) -> datetime:
    return value.astimezone(ZoneInfo(time_zone()))


def day(value: date | datetime | None) -> Markup | str:
    if value is None:
        return "--"
    shown = _local(value) if isinstance(value, datetime) else value
    return _time_element(value, format_date(shown, "medium", locale=locale()))


def month(value: date) -> str:
    """``Nov 2026``, ``nov 2026``."""
    return str(format_skeleton("yMMM", datetime.combine(value, time.min), locale=locale()))


def moment(value: datetime | None) -> Markup | str:
    if value is None:
        return "--"
    return _time_element(value, format_datetime(_local(value), "medium", locale=locale()))


def _time_element(value: date | datetime, text: str) -> Markup:
    title = relative(value) if isinstance(value, datetime) else ""
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        value.isoformat(), title, text
    )  # The pattern is ours; format() escapes what it is given.


def relative(value: datetime) -> str:
    """``in 3 hours``, by the tenant's own clock."""
    return format_timedelta(value - clock.now(), add_direction=True, locale=locale())


def since(value: datetime) -> str:
    """``3 hours ago``, of what has happened: by the wall's clock if the tenant's has yet to reach it."""
    present = clock.now() if value <= clock.now() else clock.wall()
    return format_timedelta(min(value - present, -SECOND), add_direction=True, locale=locale())


def number(value: int | Decimal) -> str:
    return _with_true_minus(format_decimal(value, locale=locale(), decimal_quantization=False))


def percent(value: Decimal) -> str:
    return _with_true_minus(format_percent(value, locale=locale(), decimal_quantization=False))


def _with_true_minus(text: str) -> str:
    return text.replace("-", TRUE_MINUS)


def country_name(code: str) -> str:
    return str(locale().territories.get(code, code))


def currency_name(code: str) -> str:
    """``Dólar estadounidense (USD)``: a name on its own begins with a capital."""
    name = locale().currencies.get(code, code)
    return f"{name[0].upper()}{name[1:]} ({code})"


def currency_choices() -> list[tuple[str, str]]:
    """Code and name of each currency in use, by name."""
    return sorted(((code, currency_name(code)) for code in CURRENCIES & IN_USE), key=_by_name)


def country_choices() -> list[tuple[str, str]]:
    """Code and name of each country, by name."""
    return sorted(
        (
            (code, name)
            for code, name in locale().territories.items()
            if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES  # noqa: PLR2004  # ISO 3166 alpha-2.
        ),
        key=_by_name,
    )


def _by_name(choice: tuple[str, str]) -> str:
    return choice[1].casefold()


NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
# What the card processor settles in; CLDR lists many that are no longer money.
IN_USE = frozenset(
    [
        "AED",
        "ARS",
        "AUD",
        "BOB",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "COP",
        "CRC",
        "CZK",
        "DKK",
        "DOP",
        "EUR",
        "GBP",
        "GTQ",
        "HKD",
        "HNL",
        "HUF",
        "ILS",
        "INR",
        "JPY",
        "KRW",
        "KWD",
        "MXN",
        "MYR",
        "NIO",
        "NOK",
        "NZD",
        "PAB",
        "PEN",
        "PHP",
        "PLN",
        "PYG",
        "RON",
        "SAR",
        "SEK",
        "SGD",
        "THB",
        "TRY",
        "USD",
        "UYU",
        "ZAR",
    ]
)

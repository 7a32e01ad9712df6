"""Spanish and English: whose language, whose zone, and how money, numbers and dates are written."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol
from flask import Flask, g, request, session
from flask_babel import Babel, get_locale
from flask_login import current_user
from markupsafe import Markup

from agency.foundation import clock
from agency.foundation.money import CURRENCIES, Money, exponent

LANGUAGES = {"en": "English", "es": "Español"}
TIME_ZONES = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
TRUE_MINUS = "\u2212"


def install(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(app.config["TRANSLATIONS"])
    Babel(app, locale_selector=language, timezone_selector=time_zone)
    for name, rendering in {
        "money": money,
        "date": day,
        "datetime": moment,
        "relative": relative,
        "number": number,
        "percent": percent,
    }.items():
        app.jinja_env.filters[name] = rendering


def language() -> str:
    """The person's own choice, then the one made in this browser, then what the browser prefers."""
    chosen = g.get("language") or getattr(current_user, "locale", None) or session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES, default="en")


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
    decimals = max(exponent(value.currency), len(value.plain().partition(".")[2]))
    pattern = where.currency_formats["standard"].pattern.split(";")[0].replace("0.00", "0." + "0" * decimals)
    text = format_currency(
        abs(value.amount),
        value.currency,
        format=pattern.rstrip(".") if not decimals else pattern,
        locale=where,
        currency_digits=False,
        decimal_quantization=False,
    )
    text = text.replace(value.currency, get_currency_symbol(value.currency, "en"))
    return f"{TRUE_MINUS}{text}" if value.micros < 0 else text


def _local(value: datetime) -> datetime:
    return value.astimezone(ZoneInfo(time_zone()))


def day(value: date | datetime | None) -> Markup | str:
    if value is None:
        return "--"
    shown = _local(value) if isinstance(value, datetime) else value
    return _time_element(value, format_date(shown, "medium", locale=locale()))


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
    """``3 hours ago``, by the tenant's own clock."""
    return format_timedelta(value - clock.now(), add_direction=True, locale=locale())


def number(value: int | Decimal) -> str:
    return format_decimal(value, locale=locale(), decimal_quantization=False)


def percent(value: Decimal) -> str:
    return format_percent(value, locale=locale(), decimal_quantization=False)


def currency_choices() -> list[tuple[str, str]]:
    """Code and name of each currency in use, by name."""
    names = locale().currencies
    return sorted(((code, f"{names.get(code, code)} ({code})") for code in CURRENCIES & IN_USE), key=_by_name)


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

"""Amounts as Stripe takes them: integers of the currency's minor unit, with its own exceptions."""

from wallet.stripe_gateway.local.refusals import invalid


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


ZERO_DECIMAL = _codes("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf")
THREE_DECIMAL = _codes("bhd jod kwd omr tnd")
# These have no minor unit any more, yet Stripe still takes them in hundredths, and whole units only.
_WHOLE_UNITS = frozenset({"isk", "ugx"})
_TWO_DECIMAL = _codes(
    "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf "
    "cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr "
    "isk jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn "
    "nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb "
    "tjs top try ttd twd tzs uah ugx uyu uzs wst xcd yer zar zmw"
)
_MINIMUM = {
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50,
    "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50,
    "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
_MAXIMUM = 99_999_999


def check_currency(currency: str) -> str:
    code = currency.lower()
    if code not in _TWO_DECIMAL | ZERO_DECIMAL | THREE_DECIMAL:
        raise invalid(f"Invalid currency: {code}.", param="currency")
    return code


def check_amount(amount: int, currency: str) -> None:
    """Positive, not below the least Stripe charges, not too large, and a multiple of what the currency can pay."""
    if amount < 1:
        raise invalid("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount < _MINIMUM.get(currency, 1):
        raise invalid(
            f"Amount must be at least {displayed(_MINIMUM[currency], currency)}",
            code="amount_too_small",
            param="amount",
        )
    if amount > _MAXIMUM:
        raise invalid(
            f"Amount must be no more than {displayed(_MAXIMUM, currency)}", code="amount_too_large", param="amount"
        )
    step = 10 if currency in THREE_DECIMAL else 100 if currency in _WHOLE_UNITS else 1
    if amount % step:
        raise invalid(f"Amounts in {currency} must be divisible by {step}.", code="invalid_amount", param="amount")


def exponent(currency: str) -> int:
    return 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2


def displayed(amount: int, currency: str) -> str:
    places = exponent(currency)
    whole, part = divmod(amount, 10**places)
    return f"{whole}.{part:0{places}d} {currency}" if places else f"{whole} {currency}"

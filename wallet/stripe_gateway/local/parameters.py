"""Checks a request's parameters against the types that the SDK itself publishes for that request."""

import re
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from stripe import RequestOptions
from typing_extensions import is_typeddict

from wallet.stripe_gateway.local.refusals import Json, Refusal, invalid

# The SDK imports these names for type checkers only; none of them is part of a request's body.
_SDK_NAMES = {"StripeContext": object, "Mapping": Mapping}
# Removed by API version 2026-09-30; `allowed_payment_method_types` took its place.
_RETIRED = frozenset({"payment_method_types"})
# Stripe unsets these by an empty string although the SDK calls them plain strings.
_UNSETTABLE = frozenset({"description", "email", "name", "phone"})
_INTEGER = re.compile(r"-?\d{1,18}")


def checked(terms: type, raw: Json, path: str = "") -> Json:
    """The parameters with integers and booleans as such; the first fault found is raised as Stripe words it."""
    fields = _fields(terms)
    for name in raw:
        if name not in fields:
            raise _unknown(_at(path, name))
    for name in sorted(getattr(terms, "__required_keys__", ())):
        if name not in raw:
            raise _absent(_at(path, name))
    return {name: _converted(fields[name], value, _at(path, name)) for name, value in raw.items()}


@cache
def _fields(terms: type) -> Json:
    options = RequestOptions.__annotations__
    return {n: kind for n, kind in get_type_hints(terms, localns=_SDK_NAMES).items() if n not in options}


def _at(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _unknown(where: str) -> Refusal:
    if where in _RETIRED:
        code = f"{where}_no_longer_supported"
        return invalid(f"The parameter {where} is not supported in this API version.", code=code, param=where)
    return invalid(f"Received unknown parameter: {where}", code="parameter_unknown", param=where)


def _absent(where: str) -> Refusal:
    return invalid(f"Missing required param: {where}.", code="parameter_missing", param=where)


def _converted(kind: Any, value: Any, path: str) -> Any:  # noqa: ANN401 - A type and a value of any sort.
    options = _options(kind)
    if isinstance(value, dict):
        return _nested(options, value, path)
    return _scalar(options, value, path)


def _options(kind: Any) -> list[Any]:  # noqa: ANN401 - The same.
    if get_origin(kind) in {Union, UnionType}:
        return [option for part in get_args(kind) for option in _options(part)]
    return [kind]


def _nested(options: list[Any], value: Json, path: str) -> Any:  # noqa: ANN401 - A mapping, or a list.
    for option in options:
        if is_typeddict(option):
            return checked(option, value, path)
    for option in options:
        if get_origin(option) is dict:
            kind = get_args(option)[1]
            # An empty value removes its name.
            return {name: item and _converted(kind, item, _at(path, name)) for name, item in value.items()}
    for option in options:
        if get_origin(option) is list and all(place.isdigit() for place in value):
            item = get_args(option)[0]
            return [_converted(item, value[place], _at(path, place)) for place in sorted(value, key=int)]
    raise invalid(f"Invalid string: {value}", param=path)


def _scalar(options: list[Any], value: str, path: str) -> str | int | bool:
    words = [word for option in options if get_origin(option) is Literal for word in get_args(option)]
    if value in words:
        return value
    if not value and path in _UNSETTABLE:
        return value
    if not value:
        raise _empty(path)
    if bool in options and value in {"true", "false"}:
        return value == "true"
    if int in options and _INTEGER.fullmatch(value):
        return int(value)
    if str in options and not any(words):
        return value
    raise _misfit(options, words, value, path)


def _empty(path: str) -> Refusal:
    return invalid(
        f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a parameter; however "
        f"'{path}' cannot be unset. You should remove '{path}' from your request or supply a non-empty value.",
        code="parameter_invalid_empty",
        param=path,
    )


def _misfit(options: list[Any], words: list[str], value: str, path: str) -> Refusal:
    if any(words):
        names = [word for word in words if word]
        return invalid(f"Invalid {path}: must be one of {', '.join(names[:-1])} or {names[-1]}", param=path)
    if int in options:
        return invalid(f"Invalid integer: {value}", code="parameter_invalid_integer", param=path)
    if bool in options:
        return invalid(f"Invalid boolean: {value}", param=path)
    shape = "array" if any(get_origin(option) is list for option in options) else "object"
    return invalid(f"Invalid {shape}", param=path)

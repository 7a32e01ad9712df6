"""The kinds of events that programs can hear of. The roof, which knows every floor, names them."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

names: dict[str, LazyString] = {}
_names_of_apps: dict[str, LazyString] = {}


def name_kinds(added: Mapping[str, LazyString], *, of_apps: Mapping[str, LazyString]) -> None:
    """Words by kind, such as ``wallet.recharged``; those ``of_apps`` say which app they are about."""
    names.update(added)
    _names_of_apps.update(of_apps)


def names_for(*, one_app: bool) -> Mapping[str, LazyString]:
    """What an endpoint can get: all there is, or where it hears of one app alone, what is said of apps."""
    return _names_of_apps if one_app else names


def kind_name(kind: str) -> str:
    return str(names.get(kind, kind))

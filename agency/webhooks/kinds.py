"""The kinds of events that programs can hear of. The roof, which knows every floor, names them."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

names: dict[str, LazyString] = {}


def name_kinds(added: Mapping[str, LazyString]) -> None:
    """Words by kind, such as ``wallet.recharged``."""
    names.update(added)


def kind_name(kind: str) -> str:
    return str(names.get(kind, kind))

"""The words of the log: what each act and each field is called. Features add theirs in ``agency/app.py``."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

acts: dict[str, LazyString] = {}
fields: dict[str, LazyString] = {}


def name_acts(names: Mapping[str, LazyString]) -> None:
    """Words by act, such as ``sub_account.opened``."""
    acts.update(names)


def name_fields(names: Mapping[str, LazyString]) -> None:
    """Words by field, for what stood before and after."""
    fields.update(names)


def act_name(act: str) -> str:
    return str(acts.get(act, act))


def field_name(field: str) -> str:
    return str(fields.get(field, field))

"""The writes every resource has: plain fields taken over, metadata merged, what changed told in the event."""

from collections.abc import Callable

from wallet.stripe_gateway.local.call import Call
from wallet.stripe_gateway.local.refusals import Json, invalid

_MOST_KEYS = 50
_LONGEST_NAME = 40
_LONGEST_VALUE = 500


def merged_metadata(old: Json, new: Json | str) -> Json:
    """Stripe's rule: names are added, an empty value removes its name, an empty string removes all."""
    if isinstance(new, str):
        return {}
    merged = {name: value for name, value in (old | new).items() if value != ""}
    if len(merged) > _MOST_KEYS:
        raise invalid(f"Metadata can have up to {_MOST_KEYS} keys.", param="metadata")
    for name, value in merged.items():
        if len(name) > _LONGEST_NAME:
            raise invalid(f"Metadata keys can have up to {_LONGEST_NAME} characters.", param=f"metadata[{name}]")
        if len(value) > _LONGEST_VALUE:
            message = f"Metadata values can have up to {_LONGEST_VALUE} characters, but you passed in {len(value)}."
            raise invalid(message, param=f"metadata[{name}]")
    return merged


def edit(call: Call, thing: Json, wish: Json, *event_types: str) -> Json:
    """Take over the fields of the wish and announce the change."""
    previous = {}
    for name, value in wish.items():
        new = merged_metadata(thing["metadata"], value) if name == "metadata" else _combined(thing.get(name), value)
        if new != thing.get(name):
            previous[name] = thing.get(name)
            thing[name] = new
    call.save(thing)
    if previous:
        for event_type in event_types:
            call.announce(event_type, thing, previous=previous)
    return thing


def _combined(old: object, new: object) -> object:
    """A mapping is merged member by member; an empty string unsets."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {name: _combined(old.get(name), value) for name, value in new.items()}
    return new if new != "" else None


def editing(kind: str, *event_types: str) -> Callable[..., Json]:
    def update(call: Call, wish: Json, key: str) -> Json:
        return edit(call, call.find(kind, key), wish, *event_types)

    return update

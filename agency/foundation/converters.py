"""``<id(sac):sub_account_id>`` in a route: a malformed id is no address at all, so it answers 404."""

from uuid import UUID

from werkzeug.routing import BaseConverter, Map, ValidationError

from agency.foundation import ids


class IdConverter(BaseConverter):
    regex = "[a-z]+_[0-9a-z]+"

    def __init__(self, url_map: Map, prefix: str) -> None:
        super().__init__(url_map)
        self.prefix = prefix

    def to_python(self, value: str) -> UUID:
        try:
            return ids.decode(self.prefix, value)
        except ids.MalformedId as error:
            raise ValidationError from error

    def to_url(self, value: UUID | str) -> str:
        return value if isinstance(value, str) else ids.encode(self.prefix, value)

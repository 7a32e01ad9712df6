"""Expected refusals. Each is named after the business event and stands beside what raises it.

DomainError (409)
+-- NotFound (404)       not there, or not for this visitor: the same answer
+-- NotAllowed (403)     known here, but this role may not
+-- InvalidInput (422)   a field says what is wrong with it
"""

import re
from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from agency.foundation.i18n import money as in_words
from agency.foundation.money import Money


class DomainError(Exception):
    """A refusal a person can understand: ``status`` for HTTP, ``message`` to show, ``field`` to show it at."""

    status: int = 409
    message: str | LazyString = _l("This cannot be done now.")
    field: str | None = None

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(type(self).__name__)

    def __str__(self) -> str:
        """In the reader's language, amounts of money as they are written there."""
        words = {name: in_words(value) if isinstance(value, Money) else value for name, value in self.values.items()}
        return str(self.message) % words if words else str(self.message)

    @property
    def code(self) -> str:
        """The name for machines: ``SubAccountClosed`` is ``sub-account-closed``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(self).__name__).lower()

    @property
    def errors(self) -> dict[str, list[str]]:
        return {self.field: [str(self)]} if self.field else {}

    @property
    def facts(self) -> Mapping[str, str | None]:
        """What a program may want to know besides: further members of problem+json."""
        return {}


class NotFound(DomainError):
    status = 404
    message = _l("There is nothing at this address.")


class NotAllowed(DomainError):
    status = 403
    message = _l("Your role does not allow this.")


class InvalidInput(DomainError):
    """``InvalidInput({"email": [_("...")]})``: nothing was done, each field says why."""

    status = 422
    message = _l("Some fields need another look.")

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__()
        self._errors = dict(errors)

    @property
    def errors(self) -> dict[str, list[str]]:
        return self._errors

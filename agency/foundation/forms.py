"""A form: what a person typed, what is wrong with it, and the page that shows both again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import render_template, request
from marshmallow import Schema, ValidationError, fields

from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, InvalidInput, NotFound
from agency.foundation.problems import flatten

UNPROCESSABLE = 422
WHOLE_FORM = ""


class Form:
    """``values`` fill the fields, ``errors`` stand beside them; those of no field stand under ``""``."""

    def __init__(self, schema: Schema, *, initial: Mapping[str, Any] | None = None) -> None:
        self.schema = schema
        self.values: Mapping[str, Any] = request.form if self.is_submitted else initial or {}
        self.errors: dict[str, list[str]] = {}

    @property
    def is_submitted(self) -> bool:
        return request.method == "POST"

    def load(self) -> dict[str, Any] | None:
        """The wish, checked; None when nothing was sent or a field is wrong."""
        if not self.is_submitted:
            return None
        try:
            loaded: dict[str, Any] = self.schema.load(self._typed())
        except ValidationError as error:
            self.errors = flatten(error.messages)
            return None
        return loaded

    def _typed(self) -> dict[str, Any]:
        """A field left blank is a field not sent; a field of many values is a list."""
        lists = {field.data_key or name for name, field in self.schema.fields.items() if isinstance(field, fields.List)}
        typed: dict[str, Any] = {}
        for name, texts in request.form.lists():
            values = [text for text in texts if text.strip()]
            if values:
                typed[name] = values if name in lists else values[0]
        return typed

    @contextmanager
    def catching(self) -> Iterator[None]:
        """A refusal inside the block is shown on the form; what was typed is kept, nothing is done."""
        try:
            yield
        except NotFound:
            raise  # What is not there has no form either.
        except DomainError as refusal:
            session.rollback()
            self.errors = refusal.errors or {WHOLE_FORM: [str(refusal)]}

    def page(self, template: str, **context: object) -> tuple[str, int]:
        status = UNPROCESSABLE if self.errors else 200
        return render_template(template, form=self, **context), status


def load_filters(schema: Schema) -> dict[str, Any]:
    """The filters of a list, from its address; a blank one is not there.

    Raises:
        InvalidInput: a filter has no such value.
    """
    try:
        loaded: dict[str, Any] = schema.load({name: text for name, text in request.args.items() if text.strip()})
    except ValidationError as error:
        raise InvalidInput(flatten(error.messages)) from error
    return loaded

"""What commands share: the settings of the environment, the app, ids as options."""

import os
from uuid import UUID

import click
from flask import Flask

from agency.app import create_app
from agency.foundation import ids, memory
from agency.foundation.config import Settings


def settings() -> Settings:
    return Settings.from_environment(os.environ)


def platform() -> Flask:
    app = create_app(settings())
    memory.settle()
    return app


class TypedIdOption(click.ParamType[UUID]):
    """An option such as ``agy_...``."""

    name = "id"

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> UUID:
        try:
            return ids.decode(self.prefix, value)
        except ids.MalformedId as error:
            self.fail(str(error), param, ctx)

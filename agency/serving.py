"""The web processes: gunicorn over the factory."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from agency.app import create_app
from agency.foundation import memory
from agency.foundation.config import Settings
from agency.foundation.embedded.launch import die_with_parent

THREADS = 8
TIMEOUT_SECONDS = 30
KEEP_ALIVE_SECONDS = 30


class Serving(BaseApplication):
    """One app for every process, built before they are forked: it connects to nothing until it is asked."""

    def __init__(self, settings: Settings, bind: str, app: Flask | None) -> None:
        self.settings = settings
        self.bind = bind
        self.app = app
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self.bind,
            "workers": self.settings.web_workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": TIMEOUT_SECONDS,
            "keepalive": KEEP_ALIVE_SECONDS,
            "preload_app": True,
            "control_socket_disable": True,
            "post_fork": _die_with_master,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = self.app or create_app(self.settings)
        memory.settle()
        return app


def _die_with_master(arbiter: Arbiter, _worker: object) -> None:
    """A killed master must not leave its workers serving."""
    die_with_parent(arbiter.pid)


def serve(settings: Settings, *, bind: str, app: Flask | None = None) -> None:
    """Serve until told to stop; ``app`` if it is built already."""
    Serving(settings, bind, app).run()

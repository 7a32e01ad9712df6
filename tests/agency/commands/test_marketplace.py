"""``cartera publisher create`` as an operator calls it, in a process of its own."""

import os
import subprocess
import sys

import pytest

from tests.agency.commands.test_imports import NAMES
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.slow
WISH = {"name": "Paginia", "email": "paula@paginia.example", "person": "Paula Gil", "password": "pages in a minute"}


class TestCreatePublisher:
    def test_it_opens_a_publisher_with_its_first_person(self, app, settings, owner):
        environment = os.environ | {name.upper(): getattr(settings, name) for name in NAMES.split()}
        options = [word for name, value in WISH.items() for word in (f"--{name}", value)]
        command = [sys.executable, "-m", "agency.commands", "publisher", "create", *options]

        ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

        assert ran.stdout.startswith("agy_")
        assert owner.execute("SELECT name FROM publishers").fetchall() == [("Paginia",)]
        assert owner.execute("SELECT role FROM memberships").fetchall() == [("publisher",)]

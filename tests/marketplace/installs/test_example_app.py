"""A real app in a process of its own: it verifies what it is told, works by its key, and ends with its install."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from threading import Thread

import httpx
import pytest
from werkzeug.serving import make_server

from agency.foundation import clock
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.webhooks.operations import add_endpoint
from marketplace.installs.operations.removing import uninstall
from marketplace.installs.queries import install
from tests import post
from tests.factories import marketplace, staff, tenants

pytestmark = pytest.mark.slow
PROGRAM = Path(__file__).parent / "example_app.py"


@pytest.fixture
def site(app):
    """The address of the platform, served by threads of this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


class Running:
    def __init__(self, process, url):
        self.process, self.url = process, url

    def next(self):
        """What it says next: the step, the status and the code of a refusal."""
        said = json.loads(self.process.stdout.readline())
        return said["step"], said.get("status"), said.get("code")


@pytest.fixture
def example(site):
    """The app of a publisher, listed and listening for its publisher's events."""
    made_by = marketplace.publisher()
    listed = marketplace.approved(marketplace.app(made_by, prices=(marketplace.usage(),)))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with scope.of_agency(made_by.id), transaction():
        endpoint = {"url": url, "description": "", "event_kinds": [], "contact": None, "app_id": listed.id}
        _row, secret = add_endpoint(**endpoint, by=OPERATOR, now=clock.wall())
    key = staff.api_key(made_by, scopes=frozenset({"apps.publish"}))
    arguments = [sys.executable, str(PROGRAM), site, url.rpartition(":")[2], key, secret]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        running = Running(process, url)
        assert running.next()[0] == "listening"
        yield listed, running
        process.terminate()


def tell(owner):
    """What the workers do: carry the event to the publisher's tenant, and from there to its endpoint."""
    for job in ("publisher_events.tell_publisher", "webhooks.jobs.fan_out", "webhooks.jobs.deliver"):
        post.work(owner, job)


def test_an_app_works_for_as_long_as_it_is_installed(example, owner):
    listed, running = example
    agency = tenants.agency()
    client = tenants.sub_account(agency)
    marketplace.offered(agency, listed, daily_limit=marketplace.limit("5.00"))
    marketplace.funded(client, "500.00")

    row = marketplace.installed(client, listed)
    tell(owner)

    assert [running.next() for _step in range(6)] == [
        ("key", 201, None),
        ("has-funds", 200, None),
        ("hold", 201, None),
        ("capture", 201, None),
        ("same event", 409, "event-charged-already"),
        ("over the limit", 402, "app-limit-reached"),
    ]
    with scope.of_agency(agency.id), transaction():
        uninstall(install(row.id), reason="", by=OPERATOR, now=clock.wall())
    tell(owner)
    assert running.next()[:2] == ("after the end", 401)
    assert running.next() == ("a new key", 409, "app-not-installed")


def test_what_is_not_signed_is_refused(example):
    _listed, running = example
    event = {"type": "install.removed", "data": {"install": {"id": "ins_x"}}}

    answer = httpx.post(running.url, json=event, headers={"webhook-id": "evt_x", "webhook-signature": "v1,bm8="})

    assert answer.status_code == 400

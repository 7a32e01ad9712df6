"""The examples of the documentation, typed as they stand there into a shell and a Python."""

import html
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from threading import Thread

import pytest
from werkzeug.serving import make_server

from subaccounts.usage.schemas import EVENT
from tests.factories import staff, tenants, usage

MOMENT = datetime(2026, 3, 31, 18, 30, tzinfo=UTC)


@pytest.fixture
def site(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def agency(app):
    """A sandbox that stands half an hour after the example's call."""
    return tenants.agency(is_sandbox=True, now=MOMENT)


def documented(client, site, label, act):
    """The example of an act on usage, as the page shows it to somebody at that address."""
    page = client.get("/api/docs/usage", base_url=site).text
    found = re.search(rf'aria-label="{label}: {act}[^"]*"><code>(.*?)</code>', page, re.DOTALL)
    return html.unescape(found.group(1))


def ran(program, text, agency):
    """What it answers when somebody with a key of the agency runs it."""
    ended = subprocess.run(
        [*program, text],
        env=os.environ | {"CARTERA_KEY": staff.api_key(agency)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ended.stdout[ended.stdout.index("{") :])["data"]


@pytest.mark.parametrize(("label", "program"), [("Request", ["bash", "-c"]), ("Python", [sys.executable, "-c"])])
def test_usage_is_sent_and_summed_up_as_documented(client, site, agency, label, program):
    of = tenants.sub_account(agency)
    send, sum_up = (
        documented(client, site, label, act).replace(EVENT["sub_account_id"], of.public_id)
        for act in ("Send one event", "Sum up")
    )

    sent = ran(program, send, agency)
    usage.rated(agency, now=MOMENT)
    summed = ran(program, sum_up, agency)

    assert sent[0]["status"] == "accepted"
    assert [each["quantity"] for each in summed] == [EVENT["quantity"]]
    assert [str(total.quantity.normalize()) for total in usage.totals(of)] == [EVENT["quantity"]]

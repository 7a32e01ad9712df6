"""A real Chromium on the real application: every page, language, theme and width."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.factories import staff

OUTPUT = Path(__file__).parent / "output"
HEIGHTS = {360: 780, 1280: 900}


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def site(app) -> str:
    """The address of the application, served by threads of this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@dataclass
class Tab:
    """One browser window of one visitor; what its console complained about is kept."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str) -> Page:
        self.page.goto(address, wait_until="load")
        return self.page

    def check(self, picture: str) -> None:
        """Keep a picture for a person to look at; no complaint, nothing sideways, nothing that axe finds."""
        OUTPUT.mkdir(exist_ok=True)
        self.page.screenshot(path=OUTPUT / f"{picture}.png", full_page=True)
        overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found = Axe().run(self.page, options={"iframes": False}).response["violations"]

        assert self.complaints == []
        assert overflow <= 0
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


@pytest.fixture
def tab(chromium: Browser, app, site) -> Callable[..., Tab]:
    """``tab(person, language="es", theme="dark", width=360)``: a window signed in as the person, or as nobody."""
    opened = []

    def open_tab(who=None, *, language: str = "en", theme: str = "light", width: int = 1280) -> Tab:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme=theme,
            locale=language,
            base_url=site,
            reduced_motion="reduce",
        )
        if who is not None:
            client = staff.signed_in(app, who)
            context.add_cookies([{"name": "cartera", "value": client.get_cookie("cartera").value, "url": site}])
        found = Tab(context.new_page())
        found.page.on("console", lambda message: _note(found, message))
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        opened.append(context)
        return found

    yield open_tab
    for context in opened:
        context.close()


def _note(tab: Tab, message) -> None:
    if message.type in {"error", "warning"} and not re.search(r"status of 4(04|22)", message.text):
        tab.complaints.append(message.text)

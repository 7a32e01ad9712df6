"""A real Chromium on the real application: every page, language, theme and width."""

from collections.abc import Callable
from functools import partial
from threading import Thread

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from tests.browser.window import LOOKS, OUTPUT, Window
from tests.factories import staff


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


@pytest.fixture(params=sorted(LOOKS))
def language(request) -> str:
    return request.param


@pytest.fixture
def windows(chromium: Browser, app, site, request) -> Callable[..., Window]:
    """``windows(person, language="es")``: a window signed in as the person, or as nobody."""
    OUTPUT.mkdir(exist_ok=True)
    group = request.path.stem.removeprefix("test_").removesuffix("_pages")
    opened = []

    def open_window(who=None, *, language: str, scripts: bool = True) -> Window:
        context = chromium.new_context(locale=language, base_url=site, java_script_enabled=scripts)
        opened.append(context)
        if who is not None:
            client = staff.signed_in(app, who)
            context.add_cookies([{"name": "cartera", "value": client.get_cookie("cartera").value, "url": site}])
        return Window(context.new_page(), language, group)

    yield open_window
    for context in opened:
        context.close()


@pytest.fixture
def window(windows, language) -> Callable[..., Window]:
    """Once in each language: ``window(person)``."""
    return partial(windows, language=language)


@pytest.fixture
def tab(windows) -> Callable[..., Window]:
    """Where the language does not matter: ``tab(person)``, in English."""
    return partial(windows, language="en")

"""What a browser does in tests: fill in the form of a page, with the token that the page carries."""

import html
import re

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
AS_PERSON = {"Accept": "text/html"}


def visit(client, url):
    """Open a page as a person's browser does."""
    return client.get(url, headers=AS_PERSON)


def token(client, page):
    """The token that the forms of a page carry."""
    found = TOKEN.search(visit(client, page).text)
    assert found, f"{page} has no form"
    return html.unescape(found.group(1))


def submit(client, url, /, *, page=None, **fields):
    """Send a form as its page would; ``page`` is where it stands, if not at the address it is sent to."""
    return client.post(url, data={"csrf_token": token(client, page or url), **fields}, headers=AS_PERSON)


def hidden(text, name):
    """The value of a hidden field."""
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', text).group(1))

"""Somebody at the pages, where a thing is done that the API does not do."""

import html
import re
from collections.abc import Mapping
from typing import Self

import httpx

from agency.demo.sample.api import ONE_USE, PATIENCE_SECONDS, Refused
from agency.demo.sample.told import PASSWORD

HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')

Files = Mapping[str, tuple[str, bytes]]


class Browser:
    def __init__(self, url: str) -> None:
        self.http = httpx.Client(
            base_url=url,
            timeout=PATIENCE_SECONDS,
            limits=ONE_USE,
            follow_redirects=True,
            headers={"Accept": "text/html"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def sign_in(self, email: str) -> None:
        self.submit("/sign-in", {"email": email, "password": PASSWORD})

    def submit(
        self, page: str, said: Mapping[str, str], *, to: str | None = None, files: Files | None = None
    ) -> httpx.Response:
        """Fill in the form of ``page`` and send it ``to`` its address, the page's own when none is given.

        Raises:
            Refused: the form comes back, or the page itself does not.
        """
        seen = self.http.get(page)
        carried = {name: html.unescape(value) for name, value in HIDDEN.findall(seen.text)}
        answer = self.http.post(to or str(seen.url), data=carried | dict(said), files=files)
        if seen.is_error or answer.is_error:
            raise Refused(f"{page}: {seen.status_code} {answer.status_code} {answer.text}")
        return answer

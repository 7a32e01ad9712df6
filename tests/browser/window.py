"""A window of Chromium: one language, and in it the two looks that every page is kept and checked in.

The four looks of both languages meet every pair of language, theme and width.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

OUTPUT = Path(__file__).parent / "output"
HEIGHTS = {360: 780, 1280: 900}
LOOKS = {"en": (("light", 1280), ("dark", 360)), "es": (("light", 360), ("dark", 1280))}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FINDINGS = """rules =>
axe.run(document, {iframes: false, resultTypes: ["violations"], ...rules})
  .then(found => found.violations.map(rule => [rule.id, rule.nodes.map(node => node.html)]))
"""
# How a page is built is looked at once in each width, its colours in every look.
RULES = ({}, {"runOnly": ["color-contrast"]})


# Two frames later the new look is drawn; what fades over has ended when its animations have.
SETTLED = """async () => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations().map(each => each.finished));
}"""


@dataclass
class Window:
    """What its console complained about is kept; pictures bear the name of the group of pages."""

    page: Page
    language: str
    group: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._take_on(*LOOKS[self.language][0])

    def open(self, address: str) -> Page:
        self.page.goto(address, wait_until="load")
        return self.page

    def press(self, selector: str = "main form button:not([type=button])") -> None:
        """Send the first form, or press what the selector finds first."""
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state("load")

    def show(self, pages: dict[str, str]) -> None:
        """Open each page and check it; the keys name the pictures."""
        for picture, address in pages.items():
            self.open(address)
            self.check(picture)

    def check(self, picture: str) -> None:
        """Keep a picture in each look; no complaint, nothing sideways, nothing that axe finds."""
        if self.page.evaluate("!window.axe"):
            self.page.evaluate(AXE_SCRIPT)
        assert self.page.evaluate("document.documentElement.lang") == self.language, picture
        for (theme, width), rules in zip(LOOKS[self.language], RULES, strict=True):
            self._take_on(theme, width)
            self.page.evaluate(SETTLED)
            name = f"{self.group}-{picture}-{self.language}-{theme}-{width}"
            self.page.screenshot(path=OUTPUT / f"{name}.png", full_page=True)

            assert self.page.evaluate(OVERFLOW) <= 0, name
            found = self.page.evaluate(FINDINGS, rules)
            assert found == [], (name, found)
            assert self.complaints == [], name
        self._take_on(*LOOKS[self.language][0])

    def _take_on(self, theme: str, width: int) -> None:
        self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})

    def _note(self, message) -> None:
        if message.type in {"error", "warning"} and not re.search(r"status of 4(04|22)", message.text):
            self.complaints.append(message.text)

"""What the style sheets promise: readable in both themes, and nothing the page's orders would refuse."""

import re
from pathlib import Path

import pytest

from agency.foundation import contrast

ROOT = Path(__file__).parents[2]
SHEETS = sorted((ROOT / "agency/static/css").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
TOKENS = {name: pair for name, *pair in TOKEN.findall((ROOT / "agency/static/css/tokens.css").read_text())}
NON_TEXT = 3

WORDS_ON_GROUNDS = [
    *((ink, ground) for ink in ("ink", "ink-quiet", "accent", "positive", "warning", "critical")
      for ground in ("surface", "surface-sunken", "surface-raised")),
    ("ink", "surface-pressed"),
    ("ink-quiet", "surface-pressed"),
    ("accent-ink", "accent"),
    ("critical-ink", "critical"),
    ("positive", "positive-soft"),
    ("warning", "warning-soft"),
    ("critical", "critical-soft"),
    ("ink", "warning-soft"),
    ("ink", "critical-soft"),
]  # fmt: skip


class TestTokens:
    @pytest.mark.parametrize("night", [0, 1], ids=["light", "dark"])
    @pytest.mark.parametrize(("ink", "ground"), WORDS_ON_GROUNDS)
    def test_words_can_be_read(self, ink, ground, night):
        assert contrast.ratio(TOKENS[ink][night], TOKENS[ground][night]) >= contrast.READABLE

    @pytest.mark.parametrize("night", [0, 1], ids=["light", "dark"])
    @pytest.mark.parametrize("ground", ["surface", "surface-sunken", "surface-raised"])
    def test_edges_of_fields_can_be_seen(self, ground, night):
        assert contrast.ratio(TOKENS["line-control"][night], TOKENS[ground][night]) >= NON_TEXT

    def test_are_the_surfaces_a_tenants_colour_is_checked_against(self):
        assert TOKENS["surface-sunken"][0] == contrast.LIGHT_SURFACE
        assert TOKENS["surface-raised"][1] == contrast.DARK_SURFACE

    def test_are_all_defined_where_they_are_used(self):
        text = "".join(sheet.read_text() for sheet in SHEETS)

        used, defined = set(re.findall(r"var\(--([\w-]+)", text)), set(re.findall(r"--([\w-]+):", text))

        assert used <= defined


class TestSheets:
    @pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
    def test_are_linked_by_a_page(self, sheet):
        linked = "".join(template.read_text() for template in TEMPLATES)

        assert f"'{sheet.stem}'" in linked or f"css/{sheet.stem}.css" in linked

    @pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
    def test_load_nothing_from_elsewhere(self, sheet):
        assert not re.search(r"url\(|@import", sheet.read_text())


class TestTemplates:
    @pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.stem)
    def test_hold_no_inline_style_or_handler(self, template):
        text = template.read_text()

        assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", text)

    @pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.stem)
    def test_send_every_form_with_its_token(self, template):
        forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", template.read_text(), re.DOTALL)

        assert all("csrf_token()" in form for form in forms)

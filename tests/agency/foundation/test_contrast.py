import pytest

from agency.foundation.contrast import (
    DARK_SURFACE,
    LIGHT_SURFACE,
    READABLE,
    MalformedColour,
    UnreadableAccent,
    derive_accent,
    normalised,
    ratio,
    readable_on,
)

BRANDS = ["#0b5f7c", "#635bff", "#ff5a1f", "#e11d48", "#10b981", "#0ea5e9", "#000000", "#7a1f1f"]


class TestRatio:
    def test_of_black_on_white_is_21(self):
        assert ratio("#000000", "#ffffff") == pytest.approx(21)

    def test_of_a_colour_on_itself_is_1(self):
        assert ratio("#0b5f7c", "#0b5f7c") == pytest.approx(1)

    def test_does_not_depend_on_the_order(self):
        assert ratio("#767676", "#ffffff") == ratio("#ffffff", "#767676")

    @pytest.mark.parametrize(("grey", "passes"), [("#767676", True), ("#777777", False)])
    def test_draws_the_known_line_of_grey_on_white(self, grey, passes):
        assert (ratio(grey, "#ffffff") >= READABLE) is passes


class TestNormalised:
    @pytest.mark.parametrize("written", ["#0B5F7C", "0b5f7c", " #0b5f7c "])
    def test_writes_one_form(self, written):
        assert normalised(written) == "#0b5f7c"

    def test_doubles_the_short_form(self):
        assert normalised("#f80") == "#ff8800"

    @pytest.mark.parametrize("text", ["", "#12", "#12345", "red", "#gggggg", "#0b5f7c;}", "url(x)"])
    def test_refuses_what_is_no_colour(self, text):
        with pytest.raises(MalformedColour):
            normalised(text)


class TestReadableOn:
    @pytest.mark.parametrize("background", [*BRANDS, "#ffd400", "#ffffff", "#808080"])
    def test_always_finds_an_ink(self, background):
        assert ratio(readable_on(background), background) >= READABLE

    def test_prefers_white(self):
        assert readable_on("#767676") == "#ffffff"


class TestDeriveAccent:
    @pytest.mark.parametrize("brand", BRANDS)
    def test_can_be_read_in_both_themes(self, brand):
        accent = derive_accent(brand)

        assert ratio(accent.light, LIGHT_SURFACE) >= READABLE
        assert ratio(accent.dark, DARK_SURFACE) >= READABLE
        assert ratio(accent.light_ink, accent.light) >= READABLE
        assert ratio(accent.dark_ink, accent.dark) >= READABLE

    def test_leaves_a_readable_colour_as_chosen(self):
        assert derive_accent("#0B5F7C").light == "#0b5f7c"

    @pytest.mark.parametrize("brand", ["#ffd400", "#ffffff", "#f59e0b"])
    def test_refuses_what_would_no_longer_be_recognised(self, brand):
        with pytest.raises(UnreadableAccent) as refusal:
            derive_accent(brand)

        assert ratio(refusal.value.nearest, LIGHT_SURFACE) >= READABLE

    def test_accepts_the_colour_it_suggests(self):
        with pytest.raises(UnreadableAccent) as refusal:
            derive_accent("#ffd400")

        assert derive_accent(refusal.value.nearest).light == refusal.value.nearest

    def test_writes_both_themes_in_one_sheet(self):
        sheet = derive_accent("#0b5f7c").stylesheet()

        assert "--accent:light-dark(#0b5f7c,#5ea6c5);" in sheet
        assert "--accent-ink:light-dark(#ffffff,#0d1116)" in sheet

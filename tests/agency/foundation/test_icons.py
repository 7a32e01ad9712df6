import pytest

from agency.foundation.icons import UnknownIcon, icon


class TestIcon:
    def test_is_silent_beside_words(self):
        drawing = icon("wallet")

        assert 'aria-hidden="true"' in drawing
        assert "<title>" not in drawing

    def test_says_its_label_where_it_stands_alone(self):
        drawing = icon("x", 16, "Close")

        assert 'role="img"' in drawing
        assert 'aria-label="Close"' in drawing
        assert "<title>Close</title>" in drawing

    def test_escapes_its_label(self):
        drawing = icon("user", 16, '<b>"Ana"</b>')

        assert "<b>" not in drawing

    def test_takes_the_size_asked_for(self):
        assert 'width="20" height="20"' in icon("wallet", 20)

    def test_refuses_an_unknown_name(self):
        with pytest.raises(UnknownIcon):
            icon("no-such-icon")

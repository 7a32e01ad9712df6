from flask.views import MethodView

from agency.foundation.access.marks import mark_of, permits, public, signed_in


class Room(MethodView):
    @permits("wallets.read")
    def get(self):
        """Open to readers."""

    @signed_in
    def post(self):
        """Open to whoever is signed in."""

    def delete(self):
        """Closed: it says nothing."""


class TestMarkOf:
    def test_finds_what_a_view_says(self):
        @permits("wallets.read")
        def view():
            """Open to readers."""

        assert mark_of(view, "GET").permission == "wallets.read"

    def test_finds_nothing_where_a_view_says_nothing(self):
        assert mark_of(lambda: None, "GET") is None

    def test_asks_the_method_of_a_class(self):
        view = Room.as_view("room")

        assert mark_of(view, "GET").permission == mark_of(view, "HEAD").permission == "wallets.read"
        assert mark_of(view, "POST").permission is None
        assert mark_of(view, "DELETE") is None

    def test_tells_who_is_signed_in_from_anybody(self):
        assert not mark_of(signed_in(lambda: None), "GET").is_public
        assert mark_of(public("A reason.")(lambda: None), "GET").is_public

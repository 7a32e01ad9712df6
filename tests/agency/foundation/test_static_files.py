import pytest

from agency.foundation.static_files import static_url


class TestAFile:
    def test_may_be_kept_for_ever_under_its_hash(self, visitor):
        answer = visitor.get(static_url("css/base.css"), buffered=True)

        assert answer.status_code == 200
        assert answer.mimetype == "text/css"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"

    def test_of_another_release_is_not_kept(self, visitor):
        answer = visitor.get("/static/0123456789ab/css/base.css", buffered=True)

        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"

    def test_of_a_library_is_served_from_its_package(self, visitor):
        assert b"htmx" in visitor.get(static_url("vendor/htmx.min.js"), buffered=True).data

    def test_is_known_by_its_name_in_a_template_at_once(self):
        with pytest.raises(FileNotFoundError):
            static_url("css/missing.css")

    @pytest.mark.parametrize(
        "name",
        [
            "../config.py",
            "..%2fapp.py",
            "css/../../app.py",
            "%2e%2e/app.py",
            "css%2f..%2f..%2fapp.py",
            "/etc/hostname",
            "%2fetc%2fhostname",
            "css",
            "css/",
            "css/base.css%00",
            "..\\app.py",
            "a" * 5000,
        ],
    )
    def test_outside_the_folder_is_not_there(self, visitor, name):
        answer = visitor.get(f"/static/0123456789ab/{name}", follow_redirects=True)

        assert answer.status_code == 404

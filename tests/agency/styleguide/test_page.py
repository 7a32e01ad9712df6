from dataclasses import replace

import pytest

from tests.browsing import visit


class TestTheStyleguide:
    @pytest.mark.parametrize("language", ["en", "es"])
    def test_shows_every_component(self, client, language):
        answer = client.get("/styleguide", headers={"Accept": "text/html", "Accept-Language": language})

        assert answer.status_code == 200
        assert answer.text.count('class="specimen"') >= 7

    def test_is_not_there_in_production(self, app, client, monkeypatch):
        monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], mode="production"))

        assert visit(client, "/styleguide").status_code == 404

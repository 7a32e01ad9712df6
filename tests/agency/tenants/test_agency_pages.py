import io
import re

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from agency.staff.roles import Role
from tests.browsing import submit, token, visit
from tests.factories import staff, tenants


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def ana(app, agency):
    return staff.signed_in(app, staff.person(agency))


@pytest.fixture
def base(agency):
    return f"/a/{agency.slug}"


def stored(owner, columns):
    return owner.execute(f"SELECT {columns} FROM agencies").fetchone()


class TestSettings:
    WHOLE = {
        "name": "Lumen",
        "time_zone": "Europe/Madrid",
        "locale": "es",
        "support_email": "ayuda@lumen.example",
        "usage_days_back": 60,
    }

    def test_are_saved(self, ana, base, owner):
        answer = submit(ana, f"{base}/settings", **self.WHOLE)

        assert answer.status_code == 302
        assert stored(owner, ", ".join(self.WHOLE)) == tuple(self.WHOLE.values())

    def test_never_change_currency_or_country(self, ana, base, owner):
        submit(ana, f"{base}/settings", **self.WHOLE, currency="MXN", country="MX")

        assert stored(owner, "currency, country") == ("USD", "US")

    def test_demand_a_second_factor_of_everybody_at_once(self, ana, base, owner):
        submit(ana, f"{base}/settings", **self.WHOLE, second_factor_required="1")

        assert stored(owner, "second_factor_required") == (True,)
        assert "/second-factor" in visit(ana, f"{base}/settings").location

    def test_keep_what_was_typed_and_save_nothing_when_one_is_wrong(self, ana, base, owner):
        answer = submit(ana, f"{base}/settings", **self.WHOLE | {"support_email": "nobody"})

        assert answer.status_code == 422
        assert 'value="nobody"' in answer.text
        assert stored(owner, "name") == ("Lumen Studio",)

    @pytest.mark.parametrize("page", ["settings", "branding", "audit-log"])
    @pytest.mark.parametrize("role", [Role.BILLING, Role.SUPPORT, Role.READ_ONLY])
    def test_are_not_for_every_role(self, app, agency, base, role, page):
        person = staff.signed_in(app, staff.person(agency, role=role, email=f"{role}@lumen.example"))

        assert visit(person, f"{base}/{page}").status_code == 403


class TestAColour:
    def test_dresses_every_page(self, ana, base, owner):
        submit(ana, f"{base}/branding", accent="#0A7", portal_name="Lumen Portal")

        sheet = re.search(r'href="(/branding/colours/[^"]+)"', visit(ana, f"{base}/branding").text).group(1)
        assert stored(owner, "accent, portal_name") == ("#00aa77", "Lumen Portal")
        assert "--accent:light-dark(" in visit(ana, sheet).text

    @pytest.mark.parametrize(
        ("accent", "said"), [("#ffff00", "could not be read on a light page"), ("blue", "six digits"), ("#12", "six")]
    )
    def test_that_nobody_could_read_is_refused(self, ana, base, owner, accent, said):
        answer = submit(ana, f"{base}/branding", accent=accent)

        assert answer.status_code == 422
        assert said in answer.text
        assert stored(owner, "accent") == (None,)

    def test_is_shown_before_it_is_saved(self, ana, base):
        fine = visit(ana, f"{base}/branding/preview?accent=%230b5f7c").text
        refused = visit(ana, f"{base}/branding/preview?accent=%23ffff00").text

        assert 'fill="#0b5f7c"' in fine
        assert "This colour cannot be used" in refused

    def test_is_taken_away_by_leaving_it_empty(self, ana, base, owner):
        submit(ana, f"{base}/branding", accent="#0b5f7c")

        submit(ana, f"{base}/branding", accent="")

        assert stored(owner, "accent") == (None,)


class TestTheStylesheet:
    def test_may_be_kept_for_ever(self, client):
        answer = client.get("/branding/colours/0b5f7c.css")

        assert answer.mimetype == "text/css"
        assert "immutable" in answer.headers["Cache-Control"]

    @pytest.mark.parametrize("accent", ["ffff00", "nonsense", "0b5f7c;}body{display:none"])
    def test_exists_for_readable_colours_alone(self, client, accent):
        assert client.get(f"/branding/colours/{accent}.css").status_code == 404


class TestALogo:
    def test_stands_on_every_page_once_uploaded(self, ana, base):
        answer = upload(ana, base, png())

        logo = re.search(r'src="(/branding/[^"]+)"', visit(ana, base + "/").text).group(1)
        shown = ana.get(logo)
        assert answer.status_code == 302
        assert (shown.status_code, shown.mimetype) == (200, "image/png")
        assert "immutable" in shown.headers["Cache-Control"]

    def test_is_removed(self, ana, base, owner):
        upload(ana, base, png())

        submit(ana, f"{base}/branding/logo/removal", page=f"{base}/branding")

        assert stored(owner, "logo, logo_digest") == (None, None)

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is not a PNG, JPEG or WebP picture."),
            (b"\0" * (600 * 1024), "The file is larger than 512 KiB."),
        ],
        ids=["svg", "too large"],
    )
    def test_of_another_kind_is_refused_at_the_field(self, ana, base, owner, sent, said):
        answer = upload(ana, base, sent)

        assert answer.status_code == 422
        assert said in answer.text
        assert stored(owner, "logo_digest") == (None,)

    def test_must_be_chosen_first(self, ana, base):
        answer = submit(ana, f"{base}/branding/logo", page=f"{base}/branding")

        assert answer.status_code == 422
        assert "Choose a file first." in answer.text

    def test_larger_than_any_form_may_be_is_refused_whole(self, ana, base):
        assert upload(ana, base, b"\0" * (3 * 1024 * 1024)).status_code == 413

    def test_of_another_agency_is_not_found_under_this_one(self, ana, agency, base, owner, client):
        upload(ana, base, png())
        (digest,) = stored(owner, "logo_digest")
        other = tenants.agency(name="Olive")

        assert client.get(f"/branding/{agency.public_id}/logo/{digest}").status_code == 200
        assert client.get(f"/branding/{other.public_id}/logo/{digest}").status_code == 404
        assert client.get(f"/branding/{agency.public_id}/logo/0").status_code == 404


def png():
    written = io.BytesIO()
    Image.new("RGB", (80, 20), "teal").save(written, "PNG")
    return written.getvalue()


def upload(client, base, content):
    """Encoded here: the test client would leave a large body's temporary file open."""
    file = FileStorage(io.BytesIO(content), "logo.png")
    boundary, body = encode_multipart({"csrf_token": token(client, f"{base}/branding"), "logo": file})
    form = f"multipart/form-data; boundary={boundary}"
    return client.post(f"{base}/branding/logo", data=body, content_type=form, headers={"Accept": "text/html"})

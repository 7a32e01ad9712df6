"""The way in, one's own account, team and keys: as they look in every state that a person can bring about."""

import re

import pyotp
import pytest

from tests import post
from tests.factories import staff, tenants
from tests.factories.staff import PASSWORD

ANA = "ana@lumen.example"
CURRENT_TAB = (
    "(({left, right}) => [left, right])(document.querySelector('.tabs [aria-current]').getBoundingClientRect())"
)


@pytest.fixture
def agency(app):
    return tenants.agency()


def mailed_link(owner):
    post.work(owner, "send_link")
    return post.link(owner, ANA)


def test_the_way_in_by_password(window, agency, owner, language):
    for name in ("Lumen", "Norte Digital"):
        staff.person(agency if name == "Lumen" else tenants.agency(name=name), password=PASSWORD, locale=language)
    owner.execute("UPDATE people SET totp_confirmed_at = now(), totp_seed = 'x'")
    way = window()

    way.open("/sign-in")
    way.press()
    way.check("sign-in-refused")
    way.page.fill("[name=email]", ANA)
    way.page.fill("[name=password]", PASSWORD)
    way.press()
    way.check("choose-agency")
    way.press()
    way.check("code")


def test_the_way_in_by_link(window, agency, owner, language):
    staff.person(agency, email=ANA, locale=language)
    way = window()

    way.open("/sign-in/link")
    way.page.fill("[name=email]", ANA)
    way.press()
    way.check("link-sent")
    link = mailed_link(owner)
    way.open(link)
    way.check("open-link")
    way.press()
    stranger = window()
    stranger.open(link)
    stranger.complaints.clear()  # Chromium notes the status of a page that is over, 410.
    stranger.check("link-over")


def test_a_forgotten_password(window, agency, owner, language):
    staff.person(agency, email=ANA, locale=language)
    way = window()

    way.open("/password/forgotten")
    way.check("forgotten")
    way.page.fill("[name=email]", ANA)
    way.press()
    way.open(mailed_link(owner))
    way.press()
    way.check("reset-password-refused")


def test_an_invitation(window, agency, owner, language):
    ana = window(staff.person(agency, locale=language))
    ana.open("/a/lumen-studio/team/invite")
    ana.press()
    ana.check("invite-refused")
    ana.page.fill("[name=email]", "berta@lumen.example")
    ana.page.select_option("[name=role]", "billing")
    ana.press()
    ana.check("team-invited")

    berta = window()
    berta.open(post.link(owner, "berta@lumen.example"))
    berta.check("invitation")
    berta.page.fill("[name=name]", "Berta Gil")
    berta.page.fill("[name=new_password]", PASSWORD)
    berta.press()

    ana.open("/a/lumen-studio/team")
    ana.page.get_by_role("link", name="Berta Gil").click()
    ana.check("member")
    ana.page.locator("a[data-dialog-open=remove]").click()
    ana.check("member-remove")


def test_ones_own_account(window, agency, language):
    ana = window(staff.person(agency, password=PASSWORD, locale=language))

    for name in ("", "/password", "/sign-ins"):
        ana.open(f"/account{name}")
        ana.check(f"account{name.replace('/', '-')}")
    ana.open("/account/second-factor")
    ana.check("second-factor-set-up")
    seed = ana.page.locator("[data-copy]").first.get_attribute("data-copy").replace(" ", "")
    ana.page.fill("[name=code]", pyotp.TOTP(seed).now())
    ana.press()
    ana.check("recovery-codes")
    ana.open("/account/second-factor")
    ana.check("second-factor")
    ana.open("/account/second-factor/remove")
    ana.check("second-factor-remove")


def test_api_keys(window, agency, language):
    shop = tenants.sub_account(agency)
    staff.api_key(agency, at=shop)
    ana = window(staff.person(agency, locale=language))
    keys = "/a/lumen-studio/developers/api-keys"

    ana.open(f"{keys}/new/sub-account")
    ana.check("api-key-sub-account")
    ana.open(f"{keys}/new")
    ana.press()
    ana.check("api-key-refused")
    ana.page.fill("[name=name]", "Usage import")
    ana.page.locator("[value='usage.write']").check()
    ana.press()
    ana.check("api-key-made")
    ana.open(keys)
    ana.check("api-keys")


def test_a_sub_account_seen_with_its_eyes(window, agency, language):
    shop = tenants.sub_account(agency)
    staff.person(agency, email="dora@dental.example", name="Dora Paz", at=shop, locale=language)
    ana = window(staff.person(agency, locale=language))

    ana.open(f"/a/lumen-studio/sub-accounts/{shop.public_id}/team")
    left, right = ana.page.evaluate(CURRENT_TAB)
    assert 0 <= left < right <= ana.page.viewport_size["width"]
    ana.check("sub-account-team")
    ana.page.evaluate(
        """(address) => {
            const form = document.querySelector("form[action='/language']").cloneNode(true);
            form.action = address; document.body.append(form); form.submit();
        }""",
        f"/a/lumen-studio/sub-accounts/{shop.public_id}/view",
    )
    ana.page.wait_for_url(re.compile("/billing"))
    ana.open(f"/s/{shop.public_id}/billing/team")
    ana.check("viewing-panel-team")


def test_a_choice_of_panels(window, agency, owner, language):
    dora = staff.person(agency, email="dora@dental.example", role=None, locale=language)
    window_of_nobody = window(dora)
    window_of_nobody.open("/")
    window_of_nobody.check("home-nothing")
    for name in ("Dental Norte", "Riverside Yoga"):
        owner.execute(
            "INSERT INTO memberships SELECT agency_id, gen_random_uuid(), id, %s, 'owner', now() FROM people",
            (tenants.sub_account(agency, name=name).id,),
        )
    window_of_nobody.open("/")
    window_of_nobody.check("home-choice")

"""Each page in both languages, both themes and both widths: quiet console, no finding of axe, nothing sideways."""

import pytest

from agency.staff.roles import Role
from tests.factories import staff, tenants

# Each language, theme and width meets both of the others' values.
VARIANTS = [("en", "light", 1280), ("en", "dark", 360), ("es", "light", 360), ("es", "dark", 1280)]
VARIANT_NAMES = ["-".join(map(str, variant)) for variant in VARIANTS]
OUTSIDE = {
    "sign-in": "/sign-in",
    "sign-in-by-link": "/sign-in/link",
    "styleguide": "/styleguide",
    "api-docs": "/api/docs/sub-accounts",
    "nowhere": "/nowhere",
}
CONSOLE = {
    "overview": "",
    "sub-accounts": "/sub-accounts",
    "sub-account-new": "/sub-accounts/new",
    "sub-account": "/sub-accounts/{sub_account}",
    "team": "/team",
    "api-keys": "/api-keys",
    "branding": "/branding",
    "settings": "/settings",
    "audit-log": "/audit-log",
}

variants = pytest.mark.parametrize(("language", "theme", "width"), VARIANTS, ids=VARIANT_NAMES)


@variants
def test_pages_outside(tab, language, theme, width):
    window = tab(language=language, theme=theme, width=width)

    for name, address in OUTSIDE.items():
        window.open(address)
        window.check(f"{name}-{language}-{theme}-{width}")


@variants
def test_pages_of_the_console(tab, language, theme, width):
    agency = tenants.agency()
    names = ("Dental Norte", "Riverside Yoga", "Kibo Ramen", "Clínica Azul de la Montaña y el Río")
    first, *_ = [tenants.sub_account(agency, name=name) for name in names]
    window = tab(staff.person(agency, locale=language), language=language, theme=theme, width=width)

    for name, address in CONSOLE.items():
        window.open(f"/a/{agency.slug}" + address.format(sub_account=first.public_id))
        window.check(f"{name}-{language}-{theme}-{width}")


@variants
def test_pages_of_the_panel(tab, language, theme, width):
    agency = tenants.agency()
    sub_account = tenants.sub_account(agency)
    owner = staff.person(agency, role=Role.OWNER, at=sub_account, locale=language)
    window = tab(owner, language=language, theme=theme, width=width)

    for name, address in PANEL.items():
        window.open(f"/s/{sub_account.public_id}/billing{address}")
        window.check(f"panel-{name}-{language}-{theme}-{width}")


PANEL = {"overview": "/", "team": "/team"}

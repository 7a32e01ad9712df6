"""Each page in both languages, both themes and both widths: quiet console, no finding of axe, nothing sideways."""

from agency.staff.roles import Role
from tests.factories import staff, tenants

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


def test_pages_outside(window):
    window().show(OUTSIDE)


def test_pages_of_the_console(window, language):
    agency = tenants.agency()
    names = ("Dental Norte", "Riverside Yoga", "Kibo Ramen", "Clínica Azul de la Montaña y el Río")
    first, *_ = [tenants.sub_account(agency, name=name) for name in names]
    ana = window(staff.person(agency, locale=language))

    ana.show({name: f"/a/{agency.slug}{page}".format(sub_account=first.public_id) for name, page in CONSOLE.items()})


def test_pages_of_the_panel(window, language):
    agency = tenants.agency()
    sub_account = tenants.sub_account(agency)
    owner = staff.person(agency, role=Role.OWNER, at=sub_account, locale=language)
    panel = f"/s/{sub_account.public_id}/billing"

    window(owner).show({"panel-overview": f"{panel}/", "panel-team": f"{panel}/team"})

"""Every page and resource of this feature, for the factory."""

from agency.staff.routes import links
from agency.staff.routes.account import account
from agency.staff.routes.api import api_keys as api_keys_resource
from agency.staff.routes.api_keys import api_keys, panel_api_keys
from agency.staff.routes.home import home
from agency.staff.routes.invitations import invitations
from agency.staff.routes.language import language
from agency.staff.routes.second_factor import second_factor
from agency.staff.routes.sign_in import sign_in
from agency.staff.routes.sign_up import sign_up
from agency.staff.routes.team import panel_team, sub_account_team, team
from agency.staff.routes.viewing import viewing, viewing_end

PAGES = [
    account,
    api_keys,
    home,
    invitations,
    language,
    links.passwords,
    panel_api_keys,
    panel_team,
    second_factor,
    sign_in,
    sign_up,
    sub_account_team,
    team,
    viewing,
    viewing_end,
]
RESOURCES = [api_keys_resource]

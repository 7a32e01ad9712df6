"""Every page and resource of this feature, for the factory."""

from agency.tenants.routes import api, branding, branding_files, settings, sub_account, sub_accounts

PAGES = [
    branding.pages,
    branding_files.files,
    settings.pages,
    sub_account.pages,
    sub_accounts.pages,
]
RESOURCES = [api.agency_resources, api.resources]

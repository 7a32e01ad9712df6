from agency.tenants.events import SubAccountOpened
from subaccounts.portal.operations.portals import open_portal


def open_for_sub_account(event: SubAccountOpened) -> None:
    open_portal(event.sub_account, now=event.at)

from agency.plans.operations.meters import add_built_in_meters
from agency.tenants.events import AgencyOpened


def give_built_in_meters(opened: AgencyOpened) -> None:
    add_built_in_meters(now=opened.at)

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount
from subaccounts.usage.models.events import UsageMember


def name_member(
    sub_account: SubAccount, reference: str, *, name: str, department: str, by: Actor, now: datetime
) -> None:
    """Say who somebody is whom events call by ``reference``, and in which department."""
    values = {"name": name, "department": department}
    named = {"agency_id": scope.agency_id(), "sub_account_id": sub_account.id, "reference": reference}
    session.execute(
        insert(UsageMember).values(**named, **values).on_conflict_do_update(index_elements=list(named), set_=values)
    )
    after = {"member": reference} | values
    record("usage.member_named", sub_account, by=by, now=now, after=after, sub_account_id=sub_account.id)

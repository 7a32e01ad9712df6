"""Usage as its client and its agency see it: figures, a drawing, members."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.factories import plans, staff, tenants, usage
from tests.factories.tenants import NOON


@pytest.fixture
def of(app):
    """A clinic with six weeks of messages, calls and leads behind it."""
    agency = tenants.agency(is_sandbox=True, now=NOON + timedelta(days=16))
    clinic = usage.funded(tenants.sub_account(agency))
    service = plans.product(agency, name="Messages")
    plans.price(service, plans.per_unit("0.0083", markup=Decimal("1.6")), meter="sms_segments")
    for day in range(-26, 16):
        at = NOON + timedelta(days=day)
        events = [
            usage.event(clinic, meter, str((day * factor) % 23 + 4), at=at, member=member)
            for meter, factor, member in [("sms_segments", 7, "ana"), ("sms_segments", 5, "ben"), ("leads", 3, None)]
        ]
        usage.used(clinic, *events, now=at)
        usage.rated(agency, now=at)
    usage.named(clinic, "ana", "Reception")
    return clinic


def test_usage_is_read_at_a_glance(window, of, language):
    own = staff.person(usage.agency_of(of), at=of, locale=language)
    staff_member = staff.person(usage.agency_of(of), email="ops@lumen.example", locale=language)
    panel, console = window(own), window(staff_member)

    panel.open(f"/s/{of.public_id}/billing/usage")
    panel.check("panel")
    console.open(f"/a/lumen-studio/sub-accounts/{of.public_id}/usage?period=last_12_months")
    console.check("console")
    panel.open(f"/s/{of.public_id}/billing/usage/member?reference=ana")
    panel.check("member")
    console.open(f"/a/lumen-studio/sub-accounts/{of.public_id}/usage/file")
    console.check("send-file")
    read = usage.file_read(usage.file_sent(of, "a,emails,1,2026-03-02T12:00:00Z,", "b,none,1,2026-03-02T12:00:00Z,"))
    console.open(f"/a/lumen-studio/sub-accounts/{of.public_id}/usage/file/{read.public_id}")
    console.check("file")

"""Whatever is in a file of usage: it is refused with a sentence, or each of its lines is counted."""

import io

import pytest
from hypothesis import given, seed
from sqlalchemy import select

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from subaccounts.usage.files import NEEDED, OPTIONAL
from subaccounts.usage.jobs import read_file
from subaccounts.usage.models.uploads import UsageUpload
from tests.browsing import token
from tests.factories import staff, usage
from tests.odd_files import TRIES, contents

SOUND = {
    "id": "event-{number}",
    "meter": "emails",
    "quantity": "1",
    "occurred_at": "2026-03-02T12:00:00Z",
    "member": "ana",
    "corrects": "",
    "properties": '{{"to": "{number}"}}',
}
FOUND, REFUSED = 302, 422


@pytest.fixture
def browser(app, agency):
    return staff.signed_in(app, staff.person(agency))


def read_waiting(of):
    """The files that were not read yet, read to their ends."""
    with scope.of_agency(of.agency_id):
        with transaction():
            waiting = session.scalars(select(UsageUpload.id).where(UsageUpload.finished_at.is_(None))).all()
        for upload_id in waiting:
            read_file(upload_id=str(upload_id))
        with transaction():
            query = select(UsageUpload).where(UsageUpload.id.in_(waiting)).execution_options(populate_existing=True)
            return session.scalars(query).all()


class TestAnyFile:
    @seed(9)
    @TRIES
    @given(content=contents(NEEDED + OPTIONAL, SOUND))
    def test_is_refused_or_has_each_line_counted(self, browser, agency, of, content):
        address = f"/a/{agency.slug}/sub-accounts/{of.public_id}/usage/file"
        form = {"csrf_token": token(browser, address)}

        sent = browser.post(address, data=form | {"file": (io.BytesIO(content), "march.csv")})
        done = read_waiting(of)
        usage.rated(of)

        assert sent.status_code == (FOUND if done else REFUSED)
        assert all(row.lines == row.accepted + row.duplicates + row.conflicts + row.rejected for row in done)
        assert all(len(row.faults) == row.conflicts + row.rejected for row in done)
        assert all(browser.get(sent.location).status_code == 200 for _row in done)

"""The mails of a test: the jobs that write them are run as a worker would, and none leaves the machine."""

import re

from agency.foundation.jobs.performance import perform

LINK = re.compile(r"http://localhost(/\S+)")


def work(owner, name):
    """Run the waiting jobs of a name."""
    rows = owner.execute(
        "SELECT agency_id, id FROM jobs WHERE name LIKE %s AND state = 'waiting' ORDER BY id", (f"%{name}",)
    )
    for agency_id, job_id in rows.fetchall():
        perform(str(agency_id), str(job_id))


def letters(owner, to):
    """Subject and text of every mail to an address, oldest first."""
    rows = owner.execute("SELECT subject, text FROM outgoing_mails WHERE recipient = %s ORDER BY id", (to,))
    return rows.fetchall()


def link(owner, to):
    """The path of the link in the newest mail."""
    _subject, text = letters(owner, to)[-1]
    return LINK.search(text).group(1)

"""Letters as they fall due: by the schedule for live agencies, by its clock for a sandbox."""

from agency.foundation.due.sources import DueSource, moments, one_by_one
from subaccounts.reminders.models import ReminderCourse
from subaccounts.reminders.operations import go_on

DUE = DueSource(
    "invoice reminders",
    moments(ReminderCourse.next_at),
    one_by_one(ReminderCourse.invoice_id, ReminderCourse.next_at, go_on),
)

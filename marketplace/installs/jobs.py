from agency.foundation.due.sources import DueSource, moments, one_by_one
from marketplace.installs.models.installs import Install
from marketplace.installs.notices import notify_trial_end

DUE = [
    DueSource(
        "trials of apps", moments(Install.notice_at), one_by_one(Install.id, Install.notice_at, notify_trial_end)
    ),
]

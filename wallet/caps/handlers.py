from wallet.caps.jobs import tell_of_crossed
from wallet.credits.events import CapCrossed


def cap_crossed(event: CapCrossed) -> None:
    """By a job, since the debit may have come from somebody who cannot see the team."""
    tell_of_crossed.later(cap_id=str(event.cap.id), spent_micros=event.spent.micros, at=event.at.isoformat())

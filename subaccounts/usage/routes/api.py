"""Usage for programs: send events, read sums."""

import json
from collections.abc import Sequence
from json.encoder import encode_basestring_ascii as in_quotes

from flask import Response, request
from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.database.session import transaction
from subaccounts.usage.bodies import read_events
from subaccounts.usage.jobs import rate_usage
from subaccounts.usage.models.events import Origin
from subaccounts.usage.operations.storing import store
from subaccounts.usage.rules.answers import Answer, Outcome
from subaccounts.usage.schemas import UsageEventAnswers, UsageEvents
from subaccounts.usage.words import FAULTS

resources = api("usage", __name__, description="What sub-accounts use: counted, priced, paid from the wallet.")
BODY = {"required": True, "content": {"application/json": {"schema": UsageEvents}}}


@resources.route("/usage/events")
class UsageEventList(MethodView):
    @resources.doc(requestBody=BODY)
    @resources.response(202, UsageEventAnswers)
    @permits("usage.write")
    def post(self) -> Response:
        """Send one event or up to 1,000; what is accepted is stored for good, the others say why not.

        Each is answered ``accepted``, ``duplicate`` (the same event again: counted once), ``conflict`` (its id was
        used for another event) or ``rejected``. The body has at most 2 MiB, unpacked where it is sent
        with ``Content-Encoding: gzip``.
        """
        said = read_events(request)
        with transaction():
            answers = store(said, origin=Origin.API, now=clock.now())
            if any(answer.outcome is Outcome.ACCEPTED for answer in answers):
                rate_usage.later_unless_waiting()
        return Response(_told(answers), status=202, mimetype="application/json")


def _told(answers: Sequence[Answer]) -> str:
    """As the schema says it; written straight away, since a thousand of them are told at a time."""
    return f'{{"data": [{", ".join(map(_tell, answers))}]}}'


def _tell(answer: Answer) -> str:
    number, event_id, outcome, reason = answer
    if reason is None:
        return f'{{"index": {number}, "id": {in_quotes(event_id or "")}, "status": "{outcome}"}}'
    told = {"index": number, "id": event_id, "status": outcome, "reason": reason}
    return json.dumps(told | {"detail": str(FAULTS[reason])})

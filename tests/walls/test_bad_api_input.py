"""Every operation of the API with bodies and queries made from its own document, sound and unsound: none fails."""

from functools import partial

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from tests.factories import staff
from tests.walls import examples
from tests.walls.test_matrix import address

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("walls")]
TRIES = settings(
    max_examples=4,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


# Those that take away come last, so that there is something to work on.
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_no_operation_fails(built_app, walled, stripe_server, method):
    home, *_ = walled
    client, headers = built_app.test_client(), staff.bearer(staff.api_key(home.agency))
    schema = schemathesis.openapi.from_dict(examples.document(built_app))
    failures = []

    for rule in built_app.url_map.iter_rules():
        if method in rule.methods and examples.is_documented(built_app, rule.rule, method):
            operation = schema[examples.path_of(rule.rule)][method]
            cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))
            failures += failed(cases, partial(send, client, headers, address(built_app, rule, home.ids)))

    assert failures == []


def failed(cases, sending):
    """What failed of the cases."""
    failures = []

    @seed(1)
    @TRIES
    @given(cases)
    def attempt(case):
        answer = sending(case)
        if answer.status_code >= 500:
            failures.append((answer.request.full_path, case.method, case.body))

    attempt()
    return failures


def send(client, headers, path, case):
    """The case at an address that exists, with a key that may."""
    body = {} if isinstance(case.body, NotSet) else {"json": case.body}
    if isinstance(case.body, bytes):
        body = {"data": case.body, "content_type": "application/json"}
    own = {name: str(value) for name, value in (case.headers or {}).items() if name == "Idempotency-Key"}
    return client.open(path, method=case.method, query_string=case.query, headers=own | headers, **body)

"""Habits that matter: one place commits, one place reads the clock, no float near money, names that say something."""

import ast
import re

from tests.architecture import sources

CLOCK = "agency/foundation/clock.py"
COMMIT = "agency/foundation/database/session.py"
CLOCK_READERS = re.compile(r"(^|/)(routes|jobs|commands|admission|schedule)(\.py|/)")
# Outside routes, jobs and commands the wall's clock is read where time is not business: with the reason.
WALL_READERS = {
    "agency/foundation/due/advance.py": "moves the sandbox's time, and waits for workers by the wall",
    "agency/foundation/due/sources.py": "a job",
    "agency/foundation/i18n.py": "a page says how long ago something was",
    "agency/foundation/idempotency/replay.py": "wraps routes",
    "agency/foundation/idempotency/steps.py": "wraps routes",
    "agency/foundation/jobs/performance.py": "leases",
    "agency/foundation/jobs/registry.py": "the moment from which a job may run",
    "agency/foundation/jobs/schedule.py": "the schedule's ticks",
    "wallet/stripe_gateway/local/timekeeping.py": "the local Stripe has a clock of its own",
    "wallet/stripe_gateway/local/webhooks/courier.py": "its deliveries wait by the wall",
    "wallet/stripe_webhooks/handlers.py": "the inbox's job, one handler for each kind of news",
    "agency/demo/sample/filling.py": "a command's seeding",
}
SAYS_NOTHING = {"service", "services", "utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
ROOT_ENTRIES = {
    *("pyproject.toml", "agency", "subaccounts", "marketplace", "wallet", "templates", "tests", "README.md"),
    *("Makefile", "requirements.lock", "requirements-dev.lock", "LICENSE", "CHANGELOG.md"),
}
MONEY_WORDS = re.compile(r"micros|amount|price|balance|threshold|rate\b", re.IGNORECASE)


def offenders(offends):
    return [source.name for source in sources.product() if offends(source)]


def test_one_place_commits():
    assert offenders(lambda source: any(call.endswith("session.commit") for call in source.calls())) == [COMMIT]


def test_operations_and_rules_get_the_time_as_an_argument():
    readers = offenders(lambda source: {"clock.now", "clock.wall"} & set(source.calls()))

    assert [name for name in readers if not CLOCK_READERS.search(name) and name not in WALL_READERS] == []


def test_one_place_asks_the_machine_for_the_time():
    asked = re.compile(r"datetime\.(now|utcnow|today)\(|time\.time\(")

    assert offenders(lambda source: asked.search(source.text)) == [CLOCK]


def test_a_module_is_named_after_what_it_holds():
    assert offenders(lambda source: source.path.stem in SAYS_NOTHING) == []


def test_no_float_comes_near_money():
    assert offenders(lambda source: any(map(is_float_of_money, ast.walk(source.tree)))) == []


def is_float_of_money(node) -> bool:
    annotated = isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None
    name = ast.unparse(node.target) if isinstance(node, ast.AnnAssign) else getattr(node, "arg", "")
    return annotated and "float" in ast.unparse(node.annotation) and bool(MONEY_WORDS.search(name))


def test_nothing_is_left_for_later():
    unfinished = re.compile(r"NotImplementedError|#\s*(TODO|FIXME|XXX|HACK)\b")

    assert offenders(lambda source: unfinished.search(source.text)) == []


def test_the_root_holds_what_the_owner_fixed():
    entries = {name.split("/")[0] for name in sources.tracked()}

    assert {entry for entry in entries if not entry.startswith(".")} <= ROOT_ENTRIES


def test_no_lock_names_a_host():
    locks = [sources.ROOT / name for name in ("requirements.lock", "requirements-dev.lock", ".ci/uv.lock")]

    assert not [lock.name for lock in locks if "://" in lock.read_text()]

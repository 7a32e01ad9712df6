"""The matrix shares one world per worker: it is made once, and every refusal must leave it as it was."""

import pytest

from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from tests.walls import resources, world

# What a visit itself notes: when a key or a sign-in was last used.
NOTED = {"api_keys": "last_used_at", "sign_ins": "last_seen_at"}


@pytest.fixture(scope="module")
def walled(built_app, owner, all_tables):
    with built_app.app_context():
        home, other = (
            world.side(f"{world.MARK} Studio", "one@example.com"),
            world.side("Other House", "two@example.com"),
        )
        resources.build(home, other)
        found = world.visitors(built_app, home, other)
        session.remove()
        yield home, other, {visitor.name: visitor for visitor in found}
        session.remove()
    scope.leave()
    owner.execute(f"TRUNCATE {', '.join(all_tables)} CASCADE")
    built_app.extensions["redis"].flushdb()


@pytest.fixture
def fingerprint(owner, all_tables):
    """The whole database in one value, but for what a visit notes."""

    def take() -> list[tuple[str, str]]:
        return [
            (
                name,
                owner.execute(
                    f"SELECT md5(string_agg({_row(name)}, '' ORDER BY {_row(name)})) FROM {name} t"
                ).fetchone()[0],
            )
            for name in all_tables
        ]

    return take


def _row(table: str) -> str:
    return f"(to_jsonb(t) - '{NOTED.get(table, '')}')::text"

"""Migrations: one numbered line with one head, equal to the models, safe to run twice."""

import re

from alembic.script import ScriptDirectory

from agency.foundation.database import schema


def test_they_are_one_line_in_the_order_of_their_numbers(settings):
    scripts = ScriptDirectory.from_config(schema.migrations(settings.database_owner_url))
    numbers = [script.revision for script in scripts.walk_revisions()][::-1]

    assert len(scripts.get_heads()) == 1
    assert numbers == sorted(numbers)
    assert all(re.fullmatch(r"\d{4}", number) for number in numbers)


def test_the_schema_equals_the_models(settings):
    assert schema.differences(settings.database_owner_url) == []


def test_a_second_run_changes_nothing(settings):
    schema.upgrade(settings.database_owner_url, settings.database_url)

    assert schema.differences(settings.database_owner_url) == []

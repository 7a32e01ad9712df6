import pytest

from agency.foundation import clock
from tests.factories.tenants import NOON


@pytest.fixture(autouse=True)
def at_noon(app):
    """What cards do happens at the hour of all else."""
    clock.set_sandbox_time(NOON)

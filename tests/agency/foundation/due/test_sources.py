import pytest

from agency.foundation.due.sources import each_apart
from agency.foundation.tenancy import scope
from tests.factories import tenants


class TestEachApart:
    def test_goes_on_after_one_that_fails_and_says_so_at_the_end(self, app):
        done = []

        def act(divisor):
            done.append(12 // divisor)

        with scope.of_agency(tenants.agency().id), pytest.raises(ExceptionGroup) as failed:
            each_apart([3, 0, 4], act)

        assert done == [4, 3]
        assert [type(error) for error in failed.value.exceptions] == [ZeroDivisionError]

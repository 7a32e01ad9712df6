from uuid import UUID

import pytest

from agency.foundation.tenancy import scope
from agency.foundation.tenancy.scope import Role, Scope, TenantMissing

LUMEN, NORTE, CUSTOMER = (UUID(int=number) for number in (1, 2, 3))


class TestAScope:
    def test_is_nobodys_at_first(self):
        assert scope.current() == scope.NOBODY

        with pytest.raises(TenantMissing):
            scope.agency_id()

    def test_holds_inside_its_block(self):
        with scope.of_agency(LUMEN, sub_account_id=NORTE):
            assert (scope.agency_id(), scope.sub_account_id()) == (LUMEN, NORTE)

        assert scope.current() == scope.NOBODY

    def test_is_the_former_again_after_a_failure(self):
        with scope.of_agency(LUMEN):
            with pytest.raises(ZeroDivisionError), scope.all_tenants():
                _ = 1 / 0

            assert scope.agency_id() == LUMEN

    def test_of_a_request_holds_until_it_is_left(self):
        scope.enter(Scope(agency_id=LUMEN))
        assert scope.agency_id() == LUMEN

        scope.leave()
        assert scope.current() == scope.NOBODY

    def test_is_narrowed_and_stays_in_its_agency(self):
        with scope.of_agency(LUMEN):
            assert scope.narrowed(NORTE) == Scope(agency_id=LUMEN, sub_account_id=NORTE)

    def test_of_every_tenant_is_the_sweepers(self):
        with scope.all_tenants():
            assert scope.current().role is Role.SWEEPER
            with pytest.raises(TenantMissing):
                scope.agency_id()


class TestStatements:
    def test_say_everything_each_time(self):
        assert scope.NOBODY.statements() == (
            "SET LOCAL app.agency_id = '';SET LOCAL app.sub_account_id = '';"
            "SET LOCAL app.customer_ids = '';SET LOCAL ROLE NONE;"
            "SET LOCAL plan_cache_mode = force_generic_plan"
        )

    def test_name_agency_sub_account_customers_and_role(self):
        portal = Scope(agency_id=LUMEN, sub_account_id=NORTE, customer_ids=(CUSTOMER, NORTE), role=Role.PORTAL)

        said = portal.statements()

        assert f"app.agency_id = '{LUMEN}'" in said
        assert f"app.customer_ids = '{CUSTOMER},{NORTE}'" in said
        assert "SET LOCAL ROLE cartera_portal;" in said

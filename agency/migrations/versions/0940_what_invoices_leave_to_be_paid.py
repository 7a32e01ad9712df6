"""What invoices leave to be paid"""

from alembic import op

revision = "0940"
down_revision = "0930"

TOO_MUCH = "settled_micros >= 0 AND settled_micros <= total_micros"


def upgrade() -> None:
    op.alter_column("amounts_due", "credit_micros", new_column_name="settled_micros")
    op.drop_constraint(op.f("ck_amounts_due_credit_within_the_total"), "amounts_due")
    op.create_check_constraint(op.f("ck_amounts_due_settled_within_the_total"), "amounts_due", TOO_MUCH)

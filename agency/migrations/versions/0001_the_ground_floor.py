"""The ground floor"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from agency.foundation.database.roles import APPLICATION
from agency.foundation.database.walls import (
    AGENCY_ONLY,
    SUB_ACCOUNT_SETTING,
    narrowed_by,
    narrowed_through,
    wall,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "schedule_ticks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule_ticks")),
    )
    op.create_table(
        "tenant_roots",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("is_sandbox", sa.Boolean(), nullable=False),
        sa.Column("sandbox_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_tenant_roots")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenant_roots_slug")),
    )
    op.create_table(
        "agencies",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("support_email", sa.String(), nullable=True),
        sa.Column("second_factor_required", sa.Boolean(), nullable=False),
        sa.Column("portal_name", sa.String(), nullable=True),
        sa.Column("accent", sa.String(), nullable=True),
        sa.Column("logo_digest", sa.String(), nullable=True),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_agencies_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_agencies")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_name", sa.String(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_audit_entries_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_newest", "audit_entries", ["agency_id", "id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("visitor_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_idempotency_keys_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "visitor_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_table(
        "jobs",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_jobs_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_jobs")),
    )
    op.create_index(
        "ix_jobs_open",
        "jobs",
        ["not_before"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_table(
        "outgoing_mails",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=True),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("sender_name", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_outgoing_mails_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_outgoing_mails")),
    )
    op.create_table(
        "people",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("totp_seed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_step_used", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_people_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_people")),
        sa.UniqueConstraint("agency_id", "email", name=op.f("uq_people_agency_id_email")),
    )
    op.create_index("ix_people_email", "people", ["email"], unique=False)
    op.create_table(
        "sub_accounts",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_sub_accounts_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_sub_accounts")),
    )
    op.create_index(
        "uq_sub_accounts_reference",
        "sub_accounts",
        ["agency_id", "reference"],
        unique=True,
        postgresql_where=sa.text("reference IS NOT NULL"),
    )
    op.create_table(
        "api_keys",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=True),
        sa.Column("scopes", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_api_keys_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_api_keys_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("agency_id", "digest", name=op.f("uq_api_keys_agency_id_digest")),
    )
    op.create_table(
        "invitations",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("invited_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_invitations_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_invitations_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("agency_id", "digest", name=op.f("uq_invitations_agency_id_digest")),
    )
    op.create_index(
        "uq_invitations_open",
        "invitations",
        [
            "agency_id",
            "email",
            sa.literal_column("coalesce(sub_account_id, '00000000-0000-0000-0000-000000000000')"),
        ],
        unique=True,
        postgresql_where=sa.text("accepted_at IS NULL AND revoked_at IS NULL"),
    )
    op.create_table(
        "mailed_links",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_mailed_links_agency_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_mailed_links")),
        sa.UniqueConstraint("agency_id", "digest", name=op.f("uq_mailed_links_agency_id_digest")),
    )
    op.create_table(
        "memberships",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_memberships_agency_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_memberships_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "agency_id",
            "person_id",
            "sub_account_id",
            name=op.f("uq_memberships_agency_id_person_id_sub_account_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_recovery_codes_agency_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_recovery_codes")),
    )
    op.create_index("ix_recovery_codes_person", "recovery_codes", ["agency_id", "person_id"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("needs_code", sa.Boolean(), nullable=False),
        sa.Column("viewing_sub_account_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("browser", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_sign_ins_agency_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "viewing_sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_sign_ins_agency_id_viewing_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("agency_id", "digest", name=op.f("uq_sign_ins_agency_id_digest")),
    )
    op.create_index("ix_sign_ins_person", "sign_ins", ["agency_id", "person_id"], unique=False)
    op.create_table(
        "sub_account_suspensions",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_sub_account_suspensions_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_sub_account_suspensions")),
    )
    op.create_index(
        "uq_sub_account_suspensions_open",
        "sub_account_suspensions",
        ["agency_id", "sub_account_id", "kind"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    build_walls()


def build_walls() -> None:
    member = (
        "EXISTS (SELECT FROM memberships m WHERE m.agency_id = people.agency_id AND m.person_id = people.id"
        f" AND m.sub_account_id = {SUB_ACCOUNT_SETTING})"
    )
    wall(
        "tenant_roots",
        narrowed=None,
        rights="SELECT, INSERT, UPDATE (sandbox_time)",
        swept="agency_id, is_sandbox",
    )
    wall("agencies", narrowed=None, rights="SELECT, INSERT, UPDATE")
    wall("sub_accounts", narrowed=narrowed_by("id"), rights="SELECT, INSERT, UPDATE")
    wall("sub_account_suspensions", narrowed=narrowed_by("sub_account_id"), rights="SELECT, INSERT, UPDATE")
    wall("people", narrowed=narrowed_through(member), swept="agency_id, id, email")
    wall("memberships", narrowed=narrowed_by("sub_account_id"))
    wall("invitations", narrowed=narrowed_by("sub_account_id"))
    wall("api_keys", narrowed=narrowed_by("sub_account_id"))
    wall("sign_ins", narrowed=AGENCY_ONLY)
    wall("mailed_links", narrowed=AGENCY_ONLY)
    wall("recovery_codes", narrowed=AGENCY_ONLY)
    wall("audit_entries", narrowed=narrowed_by("sub_account_id"), rights="SELECT, INSERT")
    wall("idempotency_keys", narrowed=narrowed_by("sub_account_id"), rights="SELECT, INSERT, DELETE")
    wall("outgoing_mails", narrowed=narrowed_by("sub_account_id"))
    wall(
        "jobs",
        narrowed=narrowed_by("sub_account_id"),
        swept="agency_id, id, queue, name, state, not_before, lease_until, attempts",
    )
    # The schedule belongs to the platform, and holds nothing but names and times.
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON schedule_ticks TO {APPLICATION}")

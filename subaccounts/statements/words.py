"""What pages call the kinds of statements and the columns of aging."""

from flask_babel import lazy_gettext as _l

from subaccounts.statements.models import StatementKind

NAMES = {
    StatementKind.ACCOUNT: _l("Statement of account"),
    StatementKind.INSURANCE: _l("Statement for insurance reimbursement"),
}
TITLES = {
    StatementKind.ACCOUNT: _l("Statements"),
    StatementKind.INSURANCE: _l("Statements for insurance reimbursement"),
}
COLUMNS = {
    "not_due": _l("Not due yet"),
    "days_30": _l("1 to 30 days"),
    "days_60": _l("31 to 60 days"),
    "days_90": _l("61 to 90 days"),
    "older": _l("Over 90 days"),
}

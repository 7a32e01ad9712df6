"""What is done to usage by people, as the audit log tells it."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "usage.member_named": _l("Member of usage named"),
    "usage.file_sent": _l("File of usage sent"),
}
FIELDS = {
    "member": _l("Member"),
    "department": _l("Department"),
    "file": _l("File"),
}

"""What the audit log calls the acts of people and keys, and their fields."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "person.added": _l("Person added"),
    "person.changed": _l("Profile changed"),
    "person.signed_in": _l("Signed in"),
    "person.sign_in_refused": _l("Wrong password at sign-in"),
    "person.signed_out": _l("Signed out"),
    "person.signed_out_elsewhere": _l("Signed out elsewhere"),
    "person.password_set": _l("Password set"),
    "second_factor.on": _l("Second factor switched on"),
    "second_factor.off": _l("Second factor removed"),
    "second_factor.codes_renewed": _l("Recovery codes renewed"),
    "second_factor.recovery_code_used": _l("Recovery code used"),
    "role.granted": _l("Role given"),
    "role.changed": _l("Role changed"),
    "role.removed": _l("Taken off the team"),
    "invitation.sent": _l("Invitation sent"),
    "invitation.sent_again": _l("Invitation sent again"),
    "invitation.revoked": _l("Invitation revoked"),
    "invitation.accepted": _l("Invitation accepted"),
    "sub_account.view_began": _l("Began to view as the sub-account"),
    "sub_account.view_ended": _l("Stopped viewing as the sub-account"),
    "api_key.created": _l("API key created"),
    "api_key.revoked": _l("API key revoked"),
}
FIELDS = {
    "browser": _l("Browser"),
    "role": _l("Role"),
    "scopes": _l("Permissions"),
    "second_factor": _l("Second factor"),
    "sign_ins": _l("Sign-ins"),
}

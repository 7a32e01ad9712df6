"""What somebody wants to hear of by e-mail, in a sub-account's panel."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation.access.blueprints import panel
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_visitor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.notices import words
from agency.notices.operations import choose_notices
from agency.notices.queries import wanted_by
from agency.notices.schemas import NoticesForm

pages = panel("notices", __name__)


@pages.route("/notices", methods=["GET", "POST"])
@permits("panel.read")
def show() -> ResponseReturnValue:
    me, sub_account = current_visitor(), g.sub_account
    form = Form(NoticesForm())
    said = form.load()
    if said is not None:
        with transaction():
            choose_notices(me.id, said["wanted"], sub_account_id=sub_account.id)
        flash(_("Saved."), "success")
        return redirect(url_for(".show"))
    wanted = wanted_by(me.id, sub_account_id=sub_account.id)
    return form.page("agency/notices/page.html", wanted=wanted, words=words, email=me.email)

"""When a seller's payers are reminded: one form, in the console and in a panel."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields

from agency.foundation import clock
from agency.foundation.access.blueprints import console, panel
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.foundation.schemas import FormSchema
from subaccounts.reminders.operations import set_terms, terms_of

in_console = console("reminders_desk", __name__)
in_panel = panel("customer_reminders", __name__)
DAYS_MAX = 180
LETTERS_MAX = 10


class Days(fields.Field[list[int]]):
    """Whole numbers with commas between them."""

    def _deserialize(self, value: object, attr: object, data: object, **kwargs: object) -> list[int]:  # noqa: ARG002  # Marshmallow's signature.
        texts = [text.strip() for text in str(value).split(",") if text.strip()]
        if not all(text.isascii() and text.isdigit() and 1 <= int(text) <= DAYS_MAX for text in texts):
            raise ValidationError(str(_l("Write days from 1 to 180 with commas between them, such as 1, 7, 14.")))
        if len(texts) > LETTERS_MAX:
            raise ValidationError(str(_l("At most ten letters are sent.")))
        return [int(text) for text in texts]


class TermsForm(FormSchema):
    before_days = Days(load_default=list)
    after_days = Days(load_default=list)


@in_panel.route("/reminders", methods=["GET", "POST"])
@in_console.route("/reminders", methods=["GET", "POST"])
@permits("invoices.manage")
def show() -> ResponseReturnValue:
    seller = g.sub_account.id if request.blueprint == in_panel.name else None
    terms = terms_of(seller)
    initial = {name: ", ".join(map(str, getattr(terms, name))) for name in ("before_days", "after_days")}
    form = Form(TermsForm(), initial=initial)
    said = form.load()
    if said is not None:
        with transaction():
            set_terms(seller, said, by=current_actor(), now=clock.now())
        flash(_("Saved."), "success")
        return redirect(url_for(".show"))
    return form.page("subaccounts/reminders/page.html")


PAGES = [in_console, in_panel]

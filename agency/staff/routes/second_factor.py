"""A person's second factor: set up with an app on their phone, with recovery codes for when it is away."""

import pyotp
import segno
from cryptography.fernet import InvalidToken
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from agency.foundation import clock
from agency.foundation.access.blueprints import account
from agency.foundation.access.marks import signed_in
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.encryption import decrypt, encrypt
from agency.foundation.errors import DomainError
from agency.foundation.forms import Form
from agency.foundation.limits import limiter
from agency.staff import queries
from agency.staff.mails import mail_notice
from agency.staff.models import Person
from agency.staff.operations import second_factor as operations
from agency.staff.routes.account import me, my_id
from agency.staff.routes.entering import PERSON_LIMIT
from agency.staff.schemas import ProofForm, SwitchOnForm
from agency.tenants import queries as tenants

ADDRESS = "/account/second-factor"

second_factor = account("second_factor", __name__)


class SetUpOver(DomainError):
    status = 422
    message = _l("This set-up does not belong to your account. Load the page again and begin anew.")


@second_factor.get(ADDRESS)
@signed_in
def enrol() -> ResponseReturnValue:
    person = me()
    if person.has_second_factor:
        return render_template(
            "agency/staff/second_factor.html",
            me=person,
            codes_left=queries.recovery_codes_left(person.id),
            is_demanded=tenants.agency().second_factor_required,
        )
    return _set_up(Form(SwitchOnForm()), person, pyotp.random_base32())


@second_factor.post(ADDRESS)
@limiter.limit(PERSON_LIMIT, key_func=my_id)
@signed_in
def confirm() -> ResponseReturnValue:
    person = me()
    form = Form(SwitchOnForm())
    wish = form.load()
    if wish is not None:
        with form.catching():
            return _switch_on(person, seed=_unseal(wish["sealed"], person), code=wish["code"])
    return _set_up(form, person, _unseal(form.values.get("sealed", ""), person))


def _switch_on(person: Person, *, seed: str, code: str) -> ResponseReturnValue:
    now = clock.wall()
    with transaction():
        codes = operations.switch_on(person, seed=seed, code=code, by=current_actor(), now=now)
        mail_notice(operations.SWITCHED_ON, person, agency=tenants.agency(), now=now)
    return _show_codes(codes)


def _set_up(form: Form, person: Person, seed: str) -> ResponseReturnValue:
    agency = tenants.agency()
    address = pyotp.TOTP(seed).provisioning_uri(name=person.email, issuer_name=agency.name)
    drawing = segno.make(address, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff")
    shown = Markup(drawing)  # noqa: S704  # nosec B704  # Segno's own drawing: squares, no text of anybody.
    return form.page(
        "agency/staff/set_up_second_factor.html",
        drawing=shown,
        seed=" ".join(seed[start : start + 4] for start in range(0, len(seed), 4)),
        sealed=encrypt(f"{person.id}:{seed}").decode(),
        is_demanded=agency.second_factor_required,
    )


def _unseal(sealed: str, person: Person) -> str:
    """The seed that this person's page showed.

    Raises:
        SetUpOver: it was made for somebody else, or never by us.
    """
    try:
        owner, _colon, seed = decrypt(sealed.encode()).partition(":")
    except InvalidToken as error:
        raise SetUpOver from error
    if owner != str(person.id):
        raise SetUpOver
    return seed


@second_factor.route(f"{ADDRESS}/codes", methods=["GET", "POST"])
@limiter.limit(PERSON_LIMIT, key_func=my_id, methods=["POST"])
@signed_in
def renew() -> ResponseReturnValue:
    person = me()
    if not person.has_second_factor:
        return redirect(url_for("second_factor.enrol"))
    form = Form(ProofForm())
    wish = form.load()
    if wish is not None:
        with form.catching():
            return _renew(person, wish["proof"])
    return form.page("agency/staff/prove.html", purpose="codes")


def _renew(person: Person, proof: str) -> ResponseReturnValue:
    by, now = current_actor(), clock.wall()
    with transaction():
        operations.prove(person, proof, by=by, now=now)
        codes = operations.renew_codes(person, by=by, now=now)
        mail_notice(operations.CODES_RENEWED, person, agency=tenants.agency(), now=now)
    return _show_codes(codes)


def _show_codes(codes: list[str]) -> ResponseReturnValue:
    """Straight into the page, this once: a redirect would have to keep them somewhere."""
    return render_template("agency/staff/recovery_codes.html", codes=codes)


@second_factor.route(f"{ADDRESS}/remove", methods=["GET", "POST"])
@limiter.limit(PERSON_LIMIT, key_func=my_id, methods=["POST"])
@signed_in
def remove() -> ResponseReturnValue:
    person = me()
    if not person.has_second_factor:
        return redirect(url_for("second_factor.enrol"))
    form = Form(ProofForm())
    wish = form.load()
    if wish is not None:
        with form.catching():
            return _remove(person, wish["proof"])
    return form.page("agency/staff/prove.html", purpose="remove")


def _remove(person: Person, proof: str) -> ResponseReturnValue:
    by, now, agency = current_actor(), clock.wall(), tenants.agency()
    with transaction():
        operations.prove(person, proof, by=by, now=now)
        operations.switch_off(person, is_demanded=agency.second_factor_required, by=by, now=now)
        mail_notice(operations.SWITCHED_OFF, person, agency=agency, now=now)
    flash(_("The second factor is removed."), "success")
    return redirect(url_for("second_factor.enrol"))

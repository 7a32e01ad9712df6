from datetime import datetime
from uuid import UUID

from flask import g, render_template
from flask_babel import force_locale

from agency.foundation.database.session import session
from agency.foundation.mail.jobs import deliver
from agency.foundation.mail.models import OutgoingMail


def post(
    template: str,
    *,
    to: str,
    language: str,
    sender_name: str,
    now: datetime,
    sub_account_id: UUID | None = None,
    **context: object,
) -> None:
    """Write a mail in the receiver's language and hand it to the post with this transaction's commit.

    ``templates/mail/<template>.txt`` holds the subject in its first line and the text below;
    ``<template>.html`` the same for readers that show pages. ``unsubscribe`` among its
    words is an address that ends such letters: mail programs are told it too.
    """
    before, g.language = g.get("language"), language
    try:
        with force_locale(language):
            written = render_template(f"mail/{template}.txt", sender_name=sender_name, **context)
            html = render_template(f"mail/{template}.html", sender_name=sender_name, **context)
    finally:
        g.language = before
    subject, _separator, text = written.partition("\n")
    mail = OutgoingMail(
        **({"sub_account_id": sub_account_id} if sub_account_id else {}),
        recipient=to,
        sender_name=sender_name,
        template=template,
        subject=subject.strip(),
        text=text.strip() + "\n",
        html=html,
        unsubscribe=str(context.get("unsubscribe", "")),
        created_at=now,
    )
    session.add(mail)
    session.flush()
    deliver.later(mail_id=str(mail.id))

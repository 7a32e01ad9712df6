"""Who reads the letters about a customer's bills, and which of them each reader wants."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update

from agency.foundation.database.session import session
from agency.foundation.database.turns import take_turn
from agency.notices.queries import Receiver
from agency.notices.stopping import stop_address
from subaccounts.customers.models import Customer, RefusedLetter
from subaccounts.customers.rules import Letter

# Finds further readers of some customers at a moment, by customer; ``language`` "" is as the customer's.
Source = Callable[[Collection[UUID], datetime], Mapping[UUID, list[Receiver]]]
sources: list[Source] = []


def add_readers(source: Source) -> None:
    """Called by ``agency/app.py``."""
    if source not in sources:
        sources.append(source)


def readers(
    letter: Letter, customers: Mapping[UUID, Customer], own: Mapping[UUID, Receiver], *, now: datetime
) -> dict[UUID, list[Receiver]]:
    """By customer: the address of its bills first, then whoever else reads them; each once, if they want it.

    ``own`` is that address, "" for none, with the language of the bills.
    """
    further = [source(customers.keys(), now) for source in sources]
    found = {}
    for customer_id, first in own.items():
        every = [first, *(each for source in further for each in source.get(customer_id, []))]
        named = {each.email.lower(): Receiver(each.email, each.language or first.language) for each in every}
        found[customer_id] = {email: each for email, each in named.items() if email}
    refused = _refused(letter, {email for named in found.values() for email in named})
    return {
        customer_id: [
            replace(each, stop=stop_address("letter", letter, email, sub_account_id=seller))
            for email, each in named.items()
            if (seller, email) not in refused
        ]
        for customer_id, named in found.items()
        for seller in [customers[customer_id].sub_account_id]
    }


def _refused(letter: Letter, emails: Collection[str]) -> set[tuple[UUID, str]]:
    rows = session.execute(
        select(RefusedLetter.sub_account_id, RefusedLetter.email).where(
            RefusedLetter.letter == letter, RefusedLetter.email.in_(emails)
        )
    )
    return {(row.sub_account_id, row.email) for row in rows}


def wanted_letters(email: str, *, sub_account_id: UUID) -> list[Letter]:
    refused = session.scalars(select(RefusedLetter.letter).where(*_whose(email, sub_account_id))).all()
    return [letter for letter in Letter if letter not in refused]


def choose_letters(email: str, wanted: Collection[Letter], *, sub_account_id: UUID) -> None:
    """The reader at an address wants these letters of a sub-account, and no others."""
    take_turn(f"letters/{sub_account_id}/{email.lower()}")
    session.execute(delete(RefusedLetter).where(*_whose(email, sub_account_id)))
    session.add_all(
        RefusedLetter(sub_account_id=sub_account_id, email=email.lower(), letter=letter)
        for letter in Letter
        if letter not in wanted
    )


def take_choice_along(email: str, new_email: str, *, sub_account_id: UUID) -> None:
    """The reader has another address, and wants there what they wanted."""
    session.execute(delete(RefusedLetter).where(*_whose(new_email, sub_account_id)))
    session.execute(update(RefusedLetter).where(*_whose(email, sub_account_id)).values(email=new_email.lower()))


def _whose(email: str, sub_account_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return RefusedLetter.sub_account_id == sub_account_id, RefusedLetter.email == email.lower()

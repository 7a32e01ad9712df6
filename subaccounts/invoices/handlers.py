"""What invoices do once they are opened, in the same transaction."""

from subaccounts.invoices.events import CreditNotesIssued, InvoicesOpened
from subaccounts.invoices.jobs import post_costs, post_note_costs
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.operations.costing import sees_costs


def leave_costs(event: InvoicesOpened) -> None:
    """A sub-account that buys for itself does not see what that costs its agency: a job of the agency posts it."""
    made = [row for row in event.invoices if row.seller is Seller.AGENCY and row.is_generated]
    if made and not sees_costs():
        post_costs.later(invoice_ids=[str(row.id) for row in made])


def leave_costs_of_notes(event: CreditNotesIssued) -> None:
    """The same of what is given back."""
    given = [each.note for each in event.issued if each.note.seller is Seller.AGENCY]
    if given and not sees_costs():
        post_note_costs.later(note_ids=[str(note.id) for note in given])

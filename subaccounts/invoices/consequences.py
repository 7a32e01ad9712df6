"""Further documents that an invoice brought about, such as fees for paying it late: rooms above find them."""

from collections.abc import Callable, Sequence
from uuid import UUID

from subaccounts.invoices.queries import Document

Finder = Callable[[UUID], Sequence[Document]]
_finders: list[Finder] = []


def register(*finders: Finder) -> None:
    """Called once, where the application is put together."""
    _finders[:] = finders


def consequences_of(invoice_id: UUID) -> list[Document]:
    """Of each room in turn, the oldest first."""
    return [document for find in _finders for document in find(invoice_id)]

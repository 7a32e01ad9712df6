"""B6: an invoice of two pages as PDF, warm; and how many a second two workers make."""

from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from multiprocessing import get_context
from statistics import median
from time import perf_counter

import pypdf

from agency.foundation.documents import render_pdf
from tests.benchmarks.figures import Figure

LINES = 34
TIMES = 60
PAGES = 2
WORKERS = 2
MILLISECONDS_MAX = 15.0
A_SECOND_MIN = 100.0
ISSUED = datetime(2026, 3, 2, 12, tzinfo=UTC)
LINE = {
    "description": "Dental cleaning and check-up",
    "details": ["Mar 1, 2026 to Mar 31, 2026"],
    "quantity": "1",
    "unit_price": "$100.00",
    "tax": "10 %",
    "amount": "$100.00",
}
DOCUMENT = {
    "language": "en",
    "is_draft": False,
    "title": "Invoice",
    "number": "INV-00042",
    "seller": {"name": "Dental Norte", "lines": ["Av. Reforma 100", "GODE561231GR8"], "email": "", "accent": ""},
    "payer": {"name": "Lucia Herrera", "lines": ["Calle 5", "US"]},
    "beneficiary": "",
    "facts": [["Invoice number", "INV-00042"], ["Date of issue", "Mar 2, 2026"], ["Due date", "Mar 16, 2026"]],
    "sections": [{"title": "Dr. Mora", "details": ["Licence L-77"], "lines": [LINE] * LINES}],
    "totals": [["Subtotal", "$3,400.00"], ["VAT 10 %", "$340.00"], ["Total", "$3,740.00"]],
    "texts": [["Terms", "Payable within 14 days."]],
    "note": "",
    "words": {
        "page": "Page",
        "of": "of",
        "for": "To",
        "client": "Client",
        "what": "Description",
        "quantity": "Quantity",
        "unit_price": "Unit price",
        "tax": "Tax",
        "amount": "Amount",
        "draft": "DRAFT",
    },
}


def run() -> list[Figure]:
    made = [_milliseconds(index) for index in range(TIMES)][10:]
    return [
        Figure("B6", median(made), "ms", MILLISECONDS_MAX, 1.0, smaller_is_better=True),
        Figure("B6 two workers", _a_second(), "/s", A_SECOND_MIN, 1.0),
    ]


def _milliseconds(index: int) -> float:
    """Every one of another number, so that nothing is found ready."""
    began = perf_counter()
    content = _made(index)
    taken = (perf_counter() - began) * 1000
    if index == 0 and _pages(content) != PAGES:
        raise RuntimeError("the benchmark's invoice is to have two pages")
    return taken


def _made(index: int) -> bytes:
    facts = [["Invoice number", f"INV-{index:05}"], *DOCUMENT["facts"][1:]]
    return render_pdf("invoice", DOCUMENT | {"facts": facts, "number": f"INV-{index:05}"}, dated=ISSUED)


def _pages(content: bytes) -> int:
    return len(pypdf.PdfReader(BytesIO(content)).pages)


def _a_second() -> float:
    # A compiler has threads of its own, which a forked process would wait for in vain.
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as workers:
        list(workers.map(_made, range(WORKERS * 5)))
        began = perf_counter()
        done = len(list(workers.map(_made, range(400), chunksize=20)))
        return done / (perf_counter() - began)

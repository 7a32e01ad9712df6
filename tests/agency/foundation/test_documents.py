from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO

import pytest
import typst
from pypdf import PdfReader

from agency.foundation import documents
from agency.foundation.documents import render_pdf

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARKUP = '*bold* _it_ #panic("no") $x^2$ = Title \\ @ref <label> `raw` "quotes" // note\nnext {#let a = 1}'


@pytest.fixture
def letter(tmp_path, monkeypatch):
    """A template of one line, in a folder of its own."""
    source = (
        '#let data = json(bytes(sys.inputs.data))\n#set document(title: "Letter")\n#set text(lang: "es")\n#data.words'
    )
    (tmp_path / "letter.typ").write_text(source)
    monkeypatch.setattr(documents, "TEMPLATES", tmp_path)
    documents._compiler.cache_clear()
    yield "letter"
    documents._compiler.cache_clear()


def words(pdf):
    return " ".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().split())


class TestRenderPdf:
    def test_gives_the_same_bytes_for_the_same_data(self, letter):
        first, second = (render_pdf(letter, {"words": "Ñandú 12,50 €", "b": 1}, dated=NOON) for _ in range(2))

        assert first == second
        assert first.startswith(b"%PDF-")

    def test_is_an_archive_document(self, letter):
        pdf = render_pdf(letter, {"words": "a"}, dated=NOON)

        assert b"pdfaid" in pdf

    def test_never_reads_a_persons_text_as_markup(self, letter):
        pdf = render_pdf(letter, {"words": MARKUP}, dated=NOON)

        assert words(pdf) == " ".join(MARKUP.split())

    def test_may_be_asked_by_many_threads_at_once(self, letter):
        with ThreadPoolExecutor(8) as pool:
            pdfs = set(pool.map(lambda _: render_pdf(letter, {"words": "a"}, dated=NOON), range(40)))

        assert len(pdfs) == 1

    def test_reads_no_file_outside_its_folder(self, letter, tmp_path):
        (tmp_path / "letter.typ").write_text('#read("/../../etc/hostname")')

        with pytest.raises(typst.TypstError):
            render_pdf(letter, {}, dated=NOON)

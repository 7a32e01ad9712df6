"""CSV files as no program should send them: what an upload must take, or refuse with a sentence."""

import codecs
import csv
import io

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

TRIES = settings(
    max_examples=15,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "0",
            "-1",
            "NaN",
            "-Infinity",
            "1e400",
            "9" * 12,
            "9" * 40,
            "0.000000001",
            "0.0000000000000000001",
            "١٢",
            "1,5",
            "9999-12-31",
            "9999-12-31T23:59:59Z",
            "0001-01-01",
            "2026-02-30",
            "=1+1",
            "@SUM(A1)",
            "\t",
            '"',
            "'",
            "\r",
            "two\r\nlines",
            "\x01",
            "\u202e",
            "\U0001f4b8",
            "x" * 5000,
        ]
    ),
    st.text(max_size=12),
)
ENCODINGS = st.sampled_from(["utf-8"] * 5 + ["utf-8-sig", "utf-16", "utf-32", "cp1252", "utf-7"])


@st.composite
def contents(draw, names, sound):
    """Bytes of a file whose columns are ``names``; most cells are as in ``sound``, some are odd.

    Lines may lack cells or have more, newlines are of every kind, and at times the bytes are cut or none at all.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=draw(st.sampled_from(",,,;\t")),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r", "\n\r\n"])),
    )
    writer.writerow(draw(st.sampled_from([names] * 8 + [names[:-1], [*names, "", names[0]], ["", "\x01"]])))
    for number in range(draw(st.integers(0, 6))):
        cells = {name: value.format(number=number) for name, value in sound.items()}
        for name in draw(st.lists(st.sampled_from(names), max_size=2)):
            cells[name] = draw(CELLS)
        row = [cells[name] for name in names]
        writer.writerow(
            row[: draw(st.sampled_from([len(row)] * 5 + [0, 1]))] + draw(st.sampled_from([[]] * 5 + [["x"]]))
        )
    content = text.getvalue().encode(draw(ENCODINGS), errors="replace")
    return draw(
        st.sampled_from([content] * 8 + [codecs.BOM_UTF8 + content, content[:-1], b"", b"\xff\x00", content + b'"'])
    )

from datetime import date

import pytest

from subaccounts.imports.rules.files import ColumnMissing, NotCsv, NotUtf8, columns_of, decoded, guessed
from subaccounts.imports.rules.parsing import parse

HEAD = "invoice_number,date,customer_ref,description,quantity,unit_price,currency,tax_rate"
SOUND = "1001,2026-03-02,C-7,Cleaning,2,85.50,,16"


@pytest.fixture(autouse=True)
def spoken(app):
    """What is wrong is said in a language."""


def read(*lines, head=HEAD):
    text = "\n".join([head, *lines])
    return parse(text, guessed(columns_of(text)))


def problems(*lines):
    return [(problem.line, problem.text) for problem in read(*lines).problems]


class TestReading:
    def test_lines_of_a_number_are_one_invoice(self):
        parsed = read(SOUND, "1002,2026-03-02,C-8,Filling,1,50,,", "1001,2026-03-02,C-7,Rinse,1,5,,")

        assert [(each.number, len(each.lines)) for each in parsed.invoices] == [("1001", 2), ("1002", 1)]
        assert parsed.invoices[0].day == date(2026, 3, 2)

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("1001,2026-03-02,,Cleaning,1,5,,", "no customer"),
            ("1001,2026-03-02,C-7,Cleaning,1,0,,", "unit price is not more than zero"),
            ("1001,2026-03-02,C-7,Cleaning,-1,5,,", "quantity is not more than zero"),
            ("1001,2026-03-02,C-7,Cleaning,one,5,,", "quantity is no number"),
            ("1001,02/03/2026,C-7,Cleaning,1,5,,", "no date"),
            ("1001,2026-03-02,C-7,=SUM(A1),1,5,,", "formula"),
            ("1001,2026-03-02,C-7,Cleaning,1,5,dollars,", "no currency"),
            ("1001,2026-03-02,C-7,Cleaning,1,5,,200", "no percentage"),
            ("1001,2026-03-02,C-7,Cleaning,1,5,,NaN", "no percentage"),
            ("1001,9999-12-31,C-7,Cleaning,1,5,,", "no date"),
            ("1001,2026-03-02,C-7,Cleaning,999999999999,2,,", "too large an amount"),
            ("C1001,2026-03-02,C-7,Cleaning,-1,5,,", "names no invoice"),
        ],
    )
    def test_a_wrong_line_is_told_by_its_number(self, line, said):
        assert said in problems(SOUND.replace("1001", "1000"), line)[0][1]
        assert problems(SOUND.replace("1001", "1000"), line)[0][0] == 3

    def test_nothing_of_an_invoice_with_a_wrong_line_is_read(self):
        parsed = read(SOUND, "1001,2026-03-02,C-7,Rinse,0,5,,")

        assert parsed.invoices == []
        assert [problem.line for problem in parsed.problems] == [2, 3]

    def test_an_invoice_of_two_customers_is_refused(self):
        assert "two customers" in problems(SOUND, SOUND.replace("C-7", "C-8"))[0][1]

    def test_a_text_over_several_lines_is_told_by_its_first(self):
        assert problems('1001,2026-03-02,C-7,"Two\nlines",1,5,,', "1002,2026-03-02,,X,1,5,,")[0][0] == 4

    def test_an_invoice_takes_the_first_address_among_its_lines(self):
        head = f"{HEAD},E-mail"
        parsed = read(f"{SOUND},", f"{SOUND},Ana@Example.com", f"{SOUND},other@example.com", head=head)

        assert [each.customer_email for each in parsed.invoices] == ["ana@example.com"]

    @pytest.mark.parametrize("address", ["ana", "ana@", "a b@example.com", "=ana@example.com, x"])
    def test_what_is_no_address_is_told_by_its_line(self, address):
        parsed = read(f'{SOUND},"{address}"', head=f"{HEAD},E-mail")

        assert parsed.invoices == []
        assert "no address" in parsed.problems[0].text


class TestRefusing:
    def test_a_missing_column_is_named_with_those_there_are(self):
        with pytest.raises(ColumnMissing) as refused:
            read("1001", head="invoice_number")

        assert "unit_price" in str(refused.value)

    def test_another_encoding_says_what_to_do(self):
        with pytest.raises(NotUtf8) as refused:
            decoded("Señora".encode("latin-1"))

        assert "UTF-8" in str(refused.value)

    def test_a_file_with_nothing_between_its_letters_is_no_text(self):
        with pytest.raises(NotUtf8):
            decoded(b"a\0b")

    def test_what_is_no_csv_is_refused(self):
        with pytest.raises(NotCsv):
            read(f"1001,{'x' * 200_000}")

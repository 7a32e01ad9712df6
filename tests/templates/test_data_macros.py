TABLE = """
{% from "macros/table.html" import cells, row_link, table, table_foot %}
{% set columns = [{'label': 'Invoice'}, {'label': 'Balance', 'figure': true}, {'label': 'Actions', 'hidden': true}] %}
{% call(row) table('Invoices', columns, rows, empty='Open your first invoice.') %}
{{ cells(columns, [row_link(row.number, '/i'), row.balance, '']) }}
{% endcall %}
"""


class TestTable:
    def test_names_each_cell_for_its_card(self, render):
        html = render(TABLE, rows=[{"number": "<7>", "balance": "12.50"}])

        assert '<td role="cell" data-label="Balance" class="cell-figure">12.50</td>' in html
        assert "&lt;7&gt;" in html

    def test_names_the_row_by_its_first_cell(self, render):
        assert 'role="rowheader" scope="row"' in render(TABLE, rows=[{"number": "7", "balance": "1"}])

    def test_says_what_to_do_when_there_is_nothing(self, render):
        html = render(TABLE, rows=[])

        assert "Open your first invoice." in html
        assert "<table" not in html

    def test_offers_only_pages_that_exist(self, render):
        html = render("{% from 'macros/table.html' import table_foot %}{{ table_foot(next_url='/n') }}")

        assert 'href="/n" rel="next"' in html
        assert 'aria-disabled="true"' in html


class TestBadge:
    def test_says_its_state_in_words_colour_and_shape(self, render):
        html = render("{% from 'macros/badge.html' import badge %}{{ badge('Paid', 'positive') }}")

        assert "badge-positive" in html
        assert "<svg" in html
        assert "Paid</span>" in html


class TestChart:
    def test_holds_its_numbers_in_a_table(self, render):
        snippet = (
            "{% from 'macros/chart.html' import bars %}{{ bars('Calls', [('Jan', [7]), ('Feb', [9])], ['Calls']) }}"
        )

        html = render(snippet)

        assert "<title>Calls</title>" in html
        assert html.count("<rect") == 2
        assert "Show as table" in html
        assert 'scope="row">Feb</th>' in html


class TestConfirmDialog:
    def test_repeats_amount_and_consequence(self, render):
        html = render(
            "{% from 'macros/dialog.html' import confirm_dialog %}"
            "{{ confirm_dialog('pay', 'Pay?', '/pay', 'Pay $200.00', '$200.00', 'Visa 4242 is charged now.') }}"
        )

        assert "$200.00</p>" in html
        assert "Visa 4242 is charged now." in html
        assert 'name="csrf_token" value="token"' in html

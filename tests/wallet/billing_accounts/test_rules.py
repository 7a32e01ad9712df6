import pytest

from wallet.billing_accounts.rules import is_postal_code, missing_address, tax_id_kinds, tidy_tax_id

WHOLE = {"line1": "Gran Vía 1", "city": "Madrid", "region": "Madrid", "postal_code": "28013"}


class TestMissingAddress:
    @pytest.mark.parametrize("country", ["ES", "US", "MX", "DE", "BR"])
    def test_a_whole_address_lacks_nothing(self, country):
        assert missing_address(WHOLE, country) == []

    @pytest.mark.parametrize(
        ("country", "missing"),
        [
            ("ES", ["line1", "city", "postal_code"]),
            ("US", ["line1", "city", "region", "postal_code"]),
            ("CO", ["line1", "city"]),
            ("AE", []),
        ],
    )
    def test_an_empty_one_lacks_what_its_country_demands(self, country, missing):
        assert missing_address({}, country) == missing


class TestTidyTaxId:
    @pytest.mark.parametrize(
        ("country", "code", "typed", "tidy"),
        [
            ("ES", "es_cif", "54362315-k", "54362315K"),
            ("ES", "eu_vat", "es 54362315k", "ES54362315K"),
            ("MX", "mx_rfc", "gode 561231 gr8", "GODE561231GR8"),
            ("US", "us_ein", "91-1144442", "911144442"),
            ("BR", "br_cnpj", "16.727.230/0001-97", "16727230000197"),
            ("AR", "ar_cuit", "20-05536168-2", "20055361682"),
            ("CL", "cl_tin", "12.531.909-2", "125319092"),
            ("CO", "co_nit", "213.123.432-1", "2131234321"),
            ("GB", "gb_vat", "GB 980 7806 84", "980780684"),
        ],
    )
    def test_it_is_written_as_its_authority_does(self, country, code, typed, tidy):
        kind = next(kind for kind in tax_id_kinds(country) if kind.code == code)

        assert tidy_tax_id(kind, typed) == tidy

    @pytest.mark.parametrize(
        ("country", "typed"), [("ES", "54362315Z"), ("MX", "GODE561231G"), ("US", "1"), ("BR", "16727230000198")]
    )
    def test_a_wrong_digit_or_length_is_none(self, country, typed):
        assert tidy_tax_id(tax_id_kinds(country)[0], typed) is None

    def test_every_member_of_the_union_has_its_vat(self):
        assert [kind.code for kind in tax_id_kinds("LV")] == ["eu_vat"]

    def test_a_country_without_known_formats_has_none(self):
        assert tax_id_kinds("AE") == ()


class TestPostalCode:
    @pytest.mark.parametrize(
        ("country", "code"), [("US", "78701"), ("US", "78701-1234"), ("GB", "sw1a 1aa"), ("CA", "K1A 0B1"), ("AE", "x")]
    )
    def test_right_ones_pass(self, country, code):
        assert is_postal_code(code, country)

    @pytest.mark.parametrize(("country", "code"), [("US", "7870"), ("ES", "2801"), ("GB", "12345"), ("PT", "1000")])
    def test_wrong_ones_do_not(self, country, code):
        assert not is_postal_code(code, country)

"""What a country asks of a billing address and of a tax id."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

import stdnum.ar.cuit
import stdnum.au.abn
import stdnum.br.cnpj
import stdnum.br.cpf
import stdnum.ca.bn
import stdnum.ch.vat
import stdnum.cl.rut
import stdnum.co.nit
import stdnum.cr.cpj
import stdnum.do.rnc
import stdnum.ec.ruc
import stdnum.es.nif
import stdnum.eu.vat
import stdnum.exceptions
import stdnum.gb.vat
import stdnum.gt.nit
import stdnum.il.hp
import stdnum.in_.gstin
import stdnum.jp.cn
import stdnum.kr.brn
import stdnum.mx.rfc
import stdnum.no.mva
import stdnum.nz.ird
import stdnum.pe.ruc
import stdnum.pl.nip
import stdnum.py.ruc
import stdnum.sg.uen
import stdnum.sv.nit
import stdnum.tr.vkn
import stdnum.us.ein
import stdnum.uy.rut
import stdnum.za.tin


@dataclass(frozen=True, slots=True)
class TaxIdKind:
    """``label`` is what people of that country call it, in their own language, so it is not translated."""

    code: str
    label: str
    number: ModuleType


EU_VAT = TaxIdKind("eu_vat", "VAT", stdnum.eu.vat)
EU = frozenset(code.upper() for code in stdnum.eu.vat.MEMBER_STATES) - {"EL", "XI"} | {"GR"}
OF_COUNTRY: Mapping[str, tuple[TaxIdKind, ...]] = {
    "AR": (TaxIdKind("ar_cuit", "CUIT", stdnum.ar.cuit),),
    "AU": (TaxIdKind("au_abn", "ABN", stdnum.au.abn),),
    "BR": (TaxIdKind("br_cnpj", "CNPJ", stdnum.br.cnpj), TaxIdKind("br_cpf", "CPF", stdnum.br.cpf)),
    "CA": (TaxIdKind("ca_bn", "BN", stdnum.ca.bn),),
    "CH": (TaxIdKind("ch_vat", "UID/MWST", stdnum.ch.vat),),
    "CL": (TaxIdKind("cl_tin", "RUT", stdnum.cl.rut),),
    "CO": (TaxIdKind("co_nit", "NIT", stdnum.co.nit),),
    "CR": (TaxIdKind("cr_tin", "Cédula jurídica", stdnum.cr.cpj),),
    "DO": (TaxIdKind("do_rcn", "RNC", stdnum.do.rnc),),
    "EC": (TaxIdKind("ec_ruc", "RUC", stdnum.ec.ruc),),
    "ES": (TaxIdKind("es_cif", "NIF", stdnum.es.nif), EU_VAT),
    "GB": (TaxIdKind("gb_vat", "VAT", stdnum.gb.vat),),
    "GT": (TaxIdKind("gt_nit", "NIT", stdnum.gt.nit),),
    "IL": (TaxIdKind("il_vat", "HP", stdnum.il.hp),),
    "IN": (TaxIdKind("in_gst", "GSTIN", stdnum.in_.gstin),),
    "JP": (TaxIdKind("jp_cn", "法人番号", stdnum.jp.cn),),
    "KR": (TaxIdKind("kr_brn", "BRN", stdnum.kr.brn),),
    "MX": (TaxIdKind("mx_rfc", "RFC", stdnum.mx.rfc),),
    "NO": (TaxIdKind("no_vat", "MVA", stdnum.no.mva),),
    "NZ": (TaxIdKind("nz_gst", "IRD", stdnum.nz.ird),),
    "PE": (TaxIdKind("pe_ruc", "RUC", stdnum.pe.ruc),),
    "PL": (TaxIdKind("pl_nip", "NIP", stdnum.pl.nip), EU_VAT),
    "PY": (TaxIdKind("py_ruc", "RUC", stdnum.py.ruc),),
    "SG": (TaxIdKind("sg_uen", "UEN", stdnum.sg.uen),),
    "SV": (TaxIdKind("sv_nit", "NIT", stdnum.sv.nit),),
    "TR": (TaxIdKind("tr_tin", "VKN", stdnum.tr.vkn),),
    "US": (TaxIdKind("us_ein", "EIN", stdnum.us.ein),),
    "UY": (TaxIdKind("uy_ruc", "RUT", stdnum.uy.rut),),
    "ZA": (TaxIdKind("za_vat", "TRN", stdnum.za.tin),),
}

# Their tax is reckoned, or their documents are valid, only with an address.
ADDRESS_DEMANDED = EU | frozenset(OF_COUNTRY)
REGION_DEMANDED = frozenset({"AR", "AU", "BR", "CA", "IN", "MX", "US"})
POSTAL_CODE = {
    "AU": r"\d{4}",
    "BR": r"\d{5}-?\d{3}",
    "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d",
    "CH": r"\d{4}",
    "DE": r"\d{5}",
    "ES": r"\d{5}",
    "FR": r"\d{5}",
    "GB": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "IN": r"\d{6}",
    "IT": r"\d{5}",
    "JP": r"\d{3}-?\d{4}",
    "MX": r"\d{5}",
    "NL": r"\d{4} ?[A-Z]{2}",
    "PL": r"\d{2}-\d{3}",
    "PT": r"\d{4}-\d{3}",
    "US": r"\d{5}(-\d{4})?",
}
# Nobody has a postal code there, or hardly anybody.
NO_POSTAL_CODE = frozenset({"BO", "CL", "CO", "GT", "NI", "PA", "PE", "PY", "SV", "UY"})


def tax_id_kinds(country: str) -> tuple[TaxIdKind, ...]:
    """Those a payer of the country may have; none where we know no format."""
    return OF_COUNTRY.get(country, (EU_VAT,) if country in EU else ())


def tidy_tax_id(kind: TaxIdKind, value: str) -> str | None:
    """The number as its authority writes it; None when its length, letters or check digit are wrong."""
    try:
        return str(kind.number.validate(value))
    except stdnum.exceptions.ValidationError:
        return None


def missing_address(address: Mapping[str, str | None], country: str) -> list[str]:
    """Parts of an address that the country demands and that are empty: ``line1``, ``city`` ..."""
    if country not in ADDRESS_DEMANDED:
        return []
    demanded = ["line1", "city"]
    demanded += ["region"] if country in REGION_DEMANDED else []
    demanded += ["postal_code"] if country not in NO_POSTAL_CODE else []
    return [part for part in demanded if not address.get(part)]


def is_postal_code(text: str, country: str) -> bool:
    """Whether it has the country's form; any text will do where we know none."""
    pattern = POSTAL_CODE.get(country)
    return pattern is None or re.fullmatch(pattern, text.strip().upper()) is not None

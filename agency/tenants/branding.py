"""What people see of whose platform it is: the agency's name, logo and colour."""

from dataclasses import dataclass

from flask import g, url_for

PLATFORM_ACCENT = "#0b5f7c"  # As in the stylesheet's tokens.
PLATFORM = {"name": "Cartera", "logo_url": None, "accent_css_url": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """The face of a sub-account's own pages, in place of the agency's: ``g.brand``."""

    name: str
    logo_url: str | None
    accent: str | None


def tenant_shown() -> dict[str, object]:
    """The tenant at hand as templates show it; the platform's own before one is known."""
    brand = g.get("brand")
    if brand is not None:
        return {"name": brand.name, "logo_url": brand.logo_url, "accent_css_url": accent_css_url(brand.accent)}
    agency = g.get("agency")
    if agency is None:
        return dict(PLATFORM)
    digest = agency.logo_digest
    return {
        "name": agency.name,
        "logo_url": url_for("branding.logo", agency=agency.public_id, digest=digest) if digest else None,
        "accent_css_url": accent_css_url(agency.accent),
    }


def accent_css_url(accent: str | None) -> str | None:
    """The stylesheet of a colour."""
    return url_for("branding.colours", accent=accent.lstrip("#")) if accent else None

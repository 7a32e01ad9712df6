"""What people see of whose platform it is: the agency's name, logo and colour."""

from flask import g, url_for

PLATFORM_ACCENT = "#0b5f7c"  # As in the stylesheet's tokens.
PLATFORM = {"name": "Cartera", "logo_url": None, "accent_css_url": None}


def tenant_shown() -> dict[str, object]:
    """The tenant at hand as templates show it; the platform's own before one is known."""
    agency = g.get("agency")
    if agency is None:
        return dict(PLATFORM)
    digest = agency.logo_digest
    return {
        "name": agency.name,
        "logo_url": url_for("branding.logo", agency=agency.public_id, digest=digest) if digest else None,
        "accent_css_url": (url_for("branding.colours", accent=agency.accent.lstrip("#")) if agency.accent else None),
    }

"""A logo: what somebody uploads is decoded, made small and written anew, so that only a picture is left."""

import hashlib
import io
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps

from agency.foundation.errors import DomainError

BYTES_MAX = 512 * 1024
# Wide enough for a document's head at 300 dots an inch.
SIZE_KEPT = (960, 320)
# What may be decoded at all: a few kilobytes can claim to be gigabytes of pixels.
PIXELS_MAX = 16_000_000
FORMATS = ("PNG", "JPEG", "WEBP")


class LogoRefused(DomainError):
    status = 422
    field = "logo"


class LogoMissing(LogoRefused):
    message = _l("Choose a file first.")


class LogoTooLarge(LogoRefused):
    message = _l("The file is larger than 512 KiB. Nothing was saved.")


class LogoHasTooManyPixels(LogoRefused):
    message = _l("The picture has more than 16 million pixels. Make it smaller and try again.")


class LogoUnreadable(LogoRefused):
    message = _l("This is not a PNG, JPEG or WebP picture. Other kinds, such as SVG, are not taken.")


@dataclass(frozen=True, slots=True)
class Logo:
    """A PNG, and the digest that its address carries."""

    png: bytes
    digest: str


def read_logo(upload: bytes) -> Logo:
    """Check a picture by decoding it, and write it as a PNG without anything hidden in it.

    Raises:
        LogoRefused: it is too large, has too many pixels, or is no picture of the kinds we take.
    """
    if len(upload) > BYTES_MAX:
        raise LogoTooLarge
    try:
        with Image.open(io.BytesIO(upload), formats=FORMATS) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                raise LogoHasTooManyPixels
            png = _as_png(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise LogoHasTooManyPixels from error
    except (OSError, ValueError, SyntaxError) as error:  # What Pillow raises for a broken file of any kind.
        raise LogoUnreadable from error
    return Logo(png, hashlib.sha256(png).hexdigest()[:32])


def _as_png(picture: Image.Image) -> bytes:
    shown = ImageOps.exif_transpose(picture).convert("RGBA")
    shown.thumbnail(SIZE_KEPT)
    bare = Image.new("RGBA", shown.size)
    bare.paste(shown)
    written = io.BytesIO()
    bare.save(written, "PNG", optimize=True)
    return written.getvalue()

"""Contrast: whether a tenant's colour can be read, and its variants for both themes.

Ratios are those of WCAG 2.2; lightness is moved in OKLCH, where a shift keeps the hue that people
recognise as their brand.
"""

import math
import re
from dataclasses import dataclass

# Text of normal size needs this ratio (WCAG 2.2, 1.4.3, level AA).
READABLE = 4.5
# Coloured words on a dark page glow less and tire more, so the derived variant is asked for a little more.
READABLE_AT_NIGHT = 6.0
# The least kind surfaces that coloured words stand on: --surface-sunken by day, --surface-raised by night.
LIGHT_SURFACE = "#f5f6f8"
DARK_SURFACE = "#1b2027"
LIGHT_INK = "#ffffff"
DARK_INK = "#0d1116"
# A colour moved further than this is no longer recognised as the one that was chosen.
RECOGNISABLE_SHIFT = 0.2
STEP = 0.005

HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
SHORT_FORM = len("rgb")
# Below its knee the sRGB curve is a straight line (IEC 61966-2-1).
ENCODED_KNEE = 0.04045
LINEAR_KNEE = 0.0031308


class MalformedColour(ValueError):
    """The text is not a colour written as ``#rrggbb`` or ``#rgb``."""


class UnreadableAccent(ValueError):
    """No variant that looks like the chosen colour can be read on a light page.

    ``nearest`` is the closest colour of the same hue that can.
    """

    def __init__(self, chosen: str, nearest: str) -> None:
        super().__init__(f"{chosen} cannot be read on a light page; {nearest} can.")
        self.chosen = chosen
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Accent:
    """A tenant's colour for both themes, each with the ink that can be read upon it."""

    light: str
    light_ink: str
    dark: str
    dark_ink: str

    def stylesheet(self) -> str:
        """The few lines of CSS that dress the pages in this accent."""
        return (
            ":root{"
            f"--accent:light-dark({self.light},{self.dark});"
            f"--accent-ink:light-dark({self.light_ink},{self.dark_ink})"
            "}\n"
        )


def normalised(colour: str) -> str:
    """Write a colour as ``#rrggbb`` in lower case.

    Raises:
        MalformedColour: it is not three or six hexadecimal digits.
    """
    match = HEX.fullmatch(colour.strip())
    if match is None:
        raise MalformedColour(colour)
    digits = match[1].lower()
    if len(digits) == SHORT_FORM:
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits}"


def ratio(one: str, other: str) -> float:
    """WCAG contrast of two colours, from 1 (equal) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(background: str) -> str:
    """The ink for words on a filled background: white where it can be read, else nearly black."""
    return LIGHT_INK if ratio(LIGHT_INK, background) >= READABLE else DARK_INK


def derive_accent(chosen: str) -> Accent:
    """Fit a brand's colour to both themes, moving its lightness and keeping its hue.

    Raises:
        MalformedColour: it is not a colour.
        UnreadableAccent: reading it on a light page would need a colour people no longer recognise.
    """
    colour = normalised(chosen)
    light, shift = _until_readable(colour, LIGHT_SURFACE, READABLE, -STEP)
    if shift > RECOGNISABLE_SHIFT:
        raise UnreadableAccent(colour, light)
    dark, _ = _until_readable(colour, DARK_SURFACE, READABLE_AT_NIGHT, STEP)
    return Accent(light, readable_on(light), dark, readable_on(dark))


def _until_readable(colour: str, surface: str, target: float, step: float) -> tuple[str, float]:
    lightness, chroma, hue = _to_oklch(colour)
    moved, shift = colour, 0.0
    while ratio(moved, surface) < target:
        shift += abs(step)
        lightness += step
        moved = _from_oklch(lightness, chroma, hue)
    return moved, shift


def _channels(colour: str) -> list[float]:
    """Linear light of red, green and blue, each from 0 to 1."""
    digits = normalised(colour)[1:]
    return [_to_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4)]


def _luminance(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_linear(value: float) -> float:
    return value / 12.92 if value <= ENCODED_KNEE else ((value + 0.055) / 1.055) ** 2.4


def _from_linear(value: float) -> int:
    value = min(1.0, max(0.0, value))
    encoded = value * 12.92 if value <= LINEAR_KNEE else 1.055 * value ** (1 / 2.4) - 0.055
    return round(encoded * 255)


def _to_oklch(colour: str) -> tuple[float, float, float]:
    """Lightness, chroma and hue by Ottosson's matrices (bottosson.github.io/posts/oklab)."""
    red, green, blue = _channels(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _from_oklch(lightness: float, chroma: float, hue: float) -> str:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return "#" + "".join(f"{_from_linear(channel):02x}" for channel in (red, green, blue))

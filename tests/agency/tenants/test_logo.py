import io
import struct
import zlib

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from PIL import Image

from agency.tenants.logo import (
    BYTES_MAX,
    FORMATS,
    SIZE_KEPT,
    LogoHasTooManyPixels,
    LogoRefused,
    LogoTooLarge,
    LogoUnreadable,
    read_logo,
)
from tests.odd_files import TRIES


def picture(kind="PNG", *, size=(40, 20), mode="RGB", **options):
    written = io.BytesIO()
    Image.new(mode, size, "teal").save(written, kind, **options)
    return written.getvalue()


def bomb(width, height):
    """A PNG of a few bytes whose head claims the size."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def kept(upload):
    return Image.open(io.BytesIO(read_logo(upload).png))


class TestReadingALogo:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_takes_each_kind_and_keeps_a_png(self, kind):
        assert kept(picture(kind)).format == "PNG"

    def test_makes_a_large_one_small_in_its_proportions(self):
        shown = kept(picture(size=(4000, 1000)))

        assert shown.size == (SIZE_KEPT[0], 240)

    def test_turns_it_as_the_camera_meant(self):
        exif = Image.Exif()
        exif[274] = 6

        assert kept(picture("JPEG", exif=exif)).size == (20, 40)

    def test_leaves_nothing_hidden_in_it(self):
        exif = Image.Exif()
        exif[315] = "the secret author"

        assert b"secret author" not in read_logo(picture("JPEG", exif=exif)).png

    def test_keeps_what_is_transparent(self):
        written = io.BytesIO()
        Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(written, "PNG")

        assert kept(written.getvalue()).getpixel((0, 0))[3] == 0

    def test_gives_equal_pictures_one_digest(self):
        assert read_logo(picture()).digest == read_logo(picture()).digest


class TestRefusingALogo:
    @pytest.mark.parametrize("size", [(5000, 5000), (12_000, 12_000), (60_000, 60_000)])
    def test_never_decodes_a_bomb(self, size):
        with pytest.raises(LogoHasTooManyPixels):
            read_logo(bomb(*size))

    def test_reads_no_more_than_its_share(self):
        with pytest.raises(LogoTooLarge):
            read_logo(picture() + b"\0" * BYTES_MAX)

    @pytest.mark.parametrize(
        "upload",
        [
            b"",
            b"not a picture",
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            picture("GIF"),
            picture("BMP"),
            picture("TIFF"),
            picture()[:60],
            bomb(40, 20),
        ],
        ids=["nothing", "text", "svg", "gif", "bmp", "tiff", "cut off", "too little data"],
    )
    def test_takes_only_whole_pictures_of_its_kinds(self, upload):
        with pytest.raises(LogoUnreadable):
            read_logo(upload)

    @seed(9)
    @settings(TRIES, max_examples=300)
    @given(kind=st.sampled_from(FORMATS), at=st.integers(0, 400), odd=st.binary(max_size=8), is_cut=st.booleans())
    def test_keeps_or_refuses_whatever_is_wrong_with_one(self, kind, at, odd, is_cut):
        whole = picture(kind)
        upload = whole[:at] + odd + (b"" if is_cut else whole[at + len(odd) :])

        try:
            assert kept(upload).format == "PNG"
        except LogoRefused as refused:
            assert refused.field == "logo"  # noqa: PT017  # Most are refused, some are harmless.

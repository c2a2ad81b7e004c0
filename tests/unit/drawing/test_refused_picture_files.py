"""Picture files that cannot be read: an error names the file and its kind, or says what is wrong."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image, PngImagePlugin

from bnn.drawing import picture_files
from bnn.drawing.picture_files import grey_pixels
from tests.endurance.hostile import damaged
from tests.endurance.hostile.kind import EXAMPLES
from tests.support.pictures import BAR


@pytest.mark.parametrize(
    "content, words",
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "is a HEIC picture, as iPhones make"),
        (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00", "is an AVIF picture"),
        (b"%PDF-1.7", "is a PDF document"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "is a JPEG 2000 picture"),
        (b"\xff\x0a\xfa\x1f", "is a JPEG XL picture"),
        (b"8BPS\x00\x01", "is a Photoshop file"),
        (b"hello", "is a text file"),
        (b"\x01\x02\x03\x04", "is not an image that can be read"),
        (b"", "is empty"),
    ],
)
def test_kind_of_an_unreadable_file_is_named(tmp_path, content, words):
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"photo.jpg {words}: BMP, GIF, JPEG, .* can be read"):
        grey_pixels(path)


def test_refusal_of_a_tiff_picture_says_what_helps(tmp_path):
    path = tmp_path / "photo.tif"
    path.write_bytes(b"II*\x00\x08\x00\x00\x00")
    with pytest.raises(ValueError, match=r"TIFF picture with pixels of a type .* save it as a PNG picture"):
        grey_pixels(path)


def test_damaged_file_is_named(tmp_path):
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 200)).astype(np.uint8)).save(
        tmp_path / "a.jpg"
    )
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "a.jpg").read_bytes()[:9000])
    with pytest.raises(ValueError, match=r"cut.jpg is damaged"):
        grey_pixels(tmp_path / "cut.jpg")


def test_damaged_second_page_is_named(tmp_path):
    page = Image.fromarray(BAR)
    page.save(tmp_path / "a.tif", save_all=True, append_images=[page])
    width = struct.pack("<HHI", 256, 4, 1)
    first, second, third = (tmp_path / "a.tif").read_bytes().split(width)
    # The second page has no width, because the tag of its width gets another number.
    content = first + width + second + struct.pack("<HHI", 255, 4, 1) + third
    for function in (picture_files.num_pixels_of, picture_files.grey_pixels_of):
        with pytest.raises(ValueError, match=r"^a.tif is damaged$"):
            function(io.BytesIO(content), "a.tif")


def test_too_large_second_page_is_refused_before_it_is_decoded(tmp_path):
    pages = [Image.new("1", (30, 30)), Image.new("1", (6000, 5000))]
    pages[0].save(tmp_path / "pages.tif", save_all=True, append_images=pages[1:], compression="group4")
    with pytest.raises(ValueError, match=r"pages.tif is 6000 x 5000: at most 26 megapixels"):
        grey_pixels(tmp_path / "pages.tif")


def test_invalid_number_in_a_damaged_file_is_not_quoted(tmp_path):
    (tmp_path / "a.ppm").write_bytes(b"P6 2u 3 255\n" + bytes(18))
    with pytest.raises(ValueError, match=r"a.ppm is damaged$"):
        grey_pixels(tmp_path / "a.ppm")


def _sound_files():
    """Returns the contents of small pictures in all formats, with EXIF data or a second page if possible."""
    picture = Image.fromarray(BAR[:24, :30])
    exif = Image.Exif()
    exif[274], exif[282] = 6, 72.0
    tags, page = {"exif": exif}, dict(save_all=True, append_images=[picture.rotate(90, expand=True)])
    options = {"JPEG": tags, "PNG": tags, "WEBP": tags, "TIFF": page, "GIF": page}
    contents = []
    for name in picture_files.IMAGE_FORMATS:
        file = io.BytesIO()
        picture.save(file, name, **options.get(name, {}))
        contents.append(file.getvalue())
    return contents


@settings(EXAMPLES, max_examples=500)
@given(damaged.damaged_bytes(_sound_files()))
def test_damaged_picture_is_read_or_refused_with_its_name(content):
    for function in (picture_files.num_pixels_of, picture_files.grey_pixels_of):
        refusal = _refusal(function, content)
        assert refusal is None or refusal.startswith("a picture is ")


def _refusal(function, content):
    """Returns the message with which the function refuses a picture; None if it reads the picture."""
    try:
        function(io.BytesIO(content), "a picture")
    except ValueError as error:
        return str(error)
    return None


def test_damaged_shared_files_are_named(shared):
    for name in ("truncated.jpg", "corrupt-crc.png"):
        with pytest.raises(ValueError, match=rf"{name} is (damaged|not an image)"):
            grey_pixels(shared / "cases" / name)


def _png_header(width, height):
    """Returns a PNG file that claims this size but has no pixels."""

    def chunk(kind, data):
        content = kind + data
        return struct.pack(">I", len(data)) + content + struct.pack(">I", zlib.crc32(content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(6000, 5000), (100_000, 300), (40_000, 40_000), (2**31 - 1, 2**31 - 1)])
def test_too_large_picture_is_refused_before_it_is_decoded(tmp_path, size):
    path = tmp_path / "large.png"
    path.write_bytes(_png_header(*size))
    with pytest.raises(ValueError, match=r"large.png is .*at most 26 megapixels"):
        grey_pixels(path)


@pytest.mark.parametrize("num_texts, size", [(1, 16_000_001), (9, 8_000_000)])
def test_png_picture_whose_texts_would_need_much_memory_is_refused(tmp_path, num_texts, size):
    texts = PngImagePlugin.PngInfo()
    for number in range(num_texts):
        texts.add_text(f"Comment {number}", "x" * size, zip=True)
    Image.fromarray(BAR).save(tmp_path / "a.png", pnginfo=texts)
    with pytest.raises(ValueError, match=r"a.png is damaged"):
        grey_pixels(tmp_path / "a.png")

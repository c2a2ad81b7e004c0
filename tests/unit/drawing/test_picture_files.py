"""Picture files: many formats are read, an error names any other kind of file, and no warning is printed."""

import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

from bnn.drawing import picture_files
from bnn.drawing.picture_files import grey_pixels
from tests.endurance.hostile import damaged
from tests.endurance.hostile.kind import EXAMPLES

BAR = np.full((60, 40), 255, np.uint8)
BAR[10:50, 15:25] = 0


def saved(path, image, **options):
    """Saves an image and returns its path."""
    image.save(path, **options)
    return path


def test_grey_values_are_kept(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (30, 50)).astype(np.uint8)
    assert np.array_equal(grey_pixels(saved(tmp_path / "a.png", Image.fromarray(pixels))), pixels)


@pytest.mark.parametrize("scale", [1, 4, 16, 64, 257])
def test_values_of_16_bits_become_8_bits(tmp_path, scale):
    image = Image.fromarray(BAR.astype(np.uint16) * scale)
    pixels_read = grey_pixels(saved(tmp_path / "a.png", image)).astype(int)
    assert np.abs(pixels_read - BAR).max() <= 1


@pytest.mark.parametrize("scale", [1 / 255, 1, 257])
def test_floating_point_values_become_8_bits(tmp_path, scale):
    values = BAR.astype(np.float32) * np.float32(scale)
    values[0, 0], values[0, 1] = np.nan, np.inf
    pixels_read = grey_pixels(saved(tmp_path / "a.tif", Image.fromarray(values))).astype(int)
    assert np.abs(pixels_read - BAR)[1:].max() <= 1


def test_negative_values_are_shifted_to_0(tmp_path):
    image = Image.fromarray(BAR.astype(np.int32) - 100)
    assert np.array_equal(grey_pixels(saved(tmp_path / "a.tif", image)), BAR)


@pytest.mark.parametrize("ink, paper", [((255, 255, 255), 0), ((0, 0, 0), 255), ((250, 250, 200), 0)])
@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparent_background_contrasts_with_the_ink(tmp_path, ink, paper, mode):
    pixels = np.zeros((*BAR.shape, 4), np.uint8)
    pixels[..., :3], pixels[..., 3] = ink, 255 - BAR
    pixels_read = grey_pixels(saved(tmp_path / "a.png", Image.fromarray(pixels).convert(mode)))
    assert pixels_read[0, 0] == paper
    assert abs(int(pixels_read[30, 20]) - paper) > 200


def test_colours_of_the_same_brightness_are_told_apart(tmp_path):
    pixels = np.where(BAR[..., None] == 0, (255, 0, 0), (0, 130, 0)).astype(np.uint8)
    pixels_read = grey_pixels(saved(tmp_path / "a.png", Image.fromarray(pixels))).astype(int)
    assert abs(pixels_read[30, 20] - pixels_read[0, 0]) > 100


def test_other_colours_become_their_brightness(tmp_path):
    pixels = np.where(BAR[..., None] == 0, (20, 30, 120), (250, 245, 240)).astype(np.uint8)
    image = Image.fromarray(pixels)
    assert np.array_equal(grey_pixels(saved(tmp_path / "a.png", image)), np.asarray(image.convert("L")))


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp", "a.tif"])
@pytest.mark.parametrize("num_blank", [0, 1, 3])
def test_blank_first_frames_are_skipped(tmp_path, name, num_blank):
    blank, bar = Image.new("L", (40, 60), 255), Image.fromarray(BAR)
    frames = [*[blank] * num_blank, bar, blank]
    # Pillow drops a frame that equals the one before, so each frame gets a different pixel.
    for number, frame in enumerate(frames):
        frames[number] = frame.copy()
        frames[number].putpixel((number, 0), 250)
    options = {"lossless": True} if name == "a.webp" else {}
    path = saved(tmp_path / name, frames[0], save_all=True, append_images=frames[1:], **options)
    assert np.abs(grey_pixels(path)[1:].astype(int) - BAR[1:]).max() <= 3


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp"])
def test_animation_of_drawing_a_digit_gives_the_frame_with_the_whole_digit(tmp_path, name):
    frames = [Image.fromarray(np.where(np.arange(60)[:, None] < row, BAR, 255)) for row in (0, 20, 35, 50)]
    options = {"lossless": True} if name == "a.webp" else {}
    path = saved(tmp_path / name, frames[0], save_all=True, append_images=frames[1:], **options)
    assert np.abs(grey_pixels(path).astype(int) - BAR).max() <= 3


def test_page_with_a_little_more_ink_does_not_replace_the_first_page(tmp_path):
    second = BAR.copy()
    second[10:50, 15:30] = 0
    path = saved(
        tmp_path / "a.tif", Image.fromarray(BAR), save_all=True, append_images=[Image.fromarray(second)]
    )
    assert np.array_equal(grey_pixels(path), BAR)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_picture_is_turned_by_its_exif_orientation(tmp_path, orientation):
    image = Image.fromarray(BAR)
    image.putpixel((3, 5), 0)
    stored = image if orientation == 1 else _stored(image, orientation)
    exif = Image.Exif()
    exif[274] = orientation
    assert np.array_equal(grey_pixels(saved(tmp_path / "a.png", stored, exif=exif)), np.asarray(image))


def _stored(image, orientation):
    """Returns the picture as a phone stores it: turned so that the EXIF orientation turns it back."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    return image.transpose(undo[orientation])


@pytest.mark.parametrize("kind", [1, 2, 7])
def test_picture_is_turned_although_its_resolution_has_an_odd_type(tmp_path, kind):
    image = Image.fromarray(BAR)
    exif = b"Exif\0\0" + _exif_turned_right(kind)
    pixels = grey_pixels(saved(tmp_path / "a.jpg", _stored(image, 6), exif=exif, quality=100))
    assert np.abs(pixels.astype(int) - BAR).max() <= 3


def _exif_turned_right(kind):
    """Returns EXIF data with orientation 6, and a horizontal resolution of this type instead of a fraction.

    The types of the TIFF format are 1 for bytes, 2 for text and 7 for undefined data.
    """
    orientation = struct.pack("<HHIHH", 274, 3, 1, 6, 0)
    resolution = struct.pack("<HHI4s", 282, kind, 4, b"72\0\0")
    return struct.pack("<2sHIH", b"II", 42, 8, 2) + orientation + resolution + bytes(4)


@pytest.mark.parametrize(
    "content, words",
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "is a HEIC picture, as iPhones make"),
        (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00", "is an AVIF picture"),
        (b"%PDF-1.7", "is a PDF document"),
        (b"II*\x00\x08\x00\x00\x00", "is a TIFF picture with pixels of a type that cannot be read"),
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
    # The second page has no width: its tag now has another number.
    content = first + width + second + struct.pack("<HHI", 255, 4, 1) + third
    for function in (picture_files.num_pixels_of, picture_files.grey_pixels_of):
        with pytest.raises(ValueError, match=r"^a.tif is damaged$"):
            function(io.BytesIO(content), "a.tif")


def test_number_that_is_none_is_not_quoted(tmp_path):
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
def test_damaged_picture_is_read_or_refused_by_its_name(content):
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


@pytest.mark.parametrize(
    "size, name", [((6000, 4000), "a.jpg"), ((4000, 6000), "a.png"), ((8000, 6000), "a.jpg")]
)
def test_photos_of_phones_are_read(tmp_path, size, name):
    image = Image.new("L", size, 230)
    image.paste(20, (size[0] // 2 - 200, size[1] // 4, size[0] // 2 + 200, size[1] * 3 // 4))
    pixels = grey_pixels(saved(tmp_path / name, image))
    assert max(pixels.shape) <= picture_files.MAX_IMAGE_SIDE
    assert pixels.shape[1] / pixels.shape[0] == pytest.approx(size[0] / size[1], rel=0.01)
    assert (pixels < 100).mean() == pytest.approx(200 / size[0], rel=0.02)


def test_nothing_is_printed_about_odd_metadata(tmp_path):
    # Pillow warns of a palette whose transparency is given as bytes, and of a TIFF with a broken tag.
    palette = Image.fromarray((BAR > 0).astype(np.uint8), "P")
    palette.putpalette([0, 0, 0, 255, 255, 255])
    palette.save(tmp_path / "a.png", transparency=b"\xff\x00")
    Image.fromarray(BAR).save(tmp_path / "b.tif")
    data = bytearray((tmp_path / "b.tif").read_bytes())
    data[-8:] = b"\xff" * 8
    (tmp_path / "b.tif").write_bytes(data)
    code = (
        "import sys, contextlib\nfrom bnn.drawing.picture_files import grey_pixels\n"
        "for path in sys.argv[1:]:\n with contextlib.suppress(ValueError): grey_pixels(path)"
    )
    command = [sys.executable, "-W", "always", "-c", code, tmp_path / "a.png", tmp_path / "b.tif"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""


@pytest.mark.parametrize("size", [(60, 40), (8000, 6000)])
def test_the_first_picture_of_a_jpeg_file_counts_and_may_be_as_large_as_in_others(tmp_path, size):
    """Phones add a second picture with the brightness of each part (HDR)."""
    photo = Image.new("L", size, 230)
    photo.paste(20, (size[0] // 2, 0, size[0], size[1]))
    second = Image.new("L", (size[0] // 2, size[1] // 2), 0)
    path = tmp_path / "a.jpg"
    photo.save(path, "MPO", save_all=True, append_images=[second])
    with Image.open(path) as image:
        assert image.format == "MPO"
    alone = grey_pixels(saved(tmp_path / "alone.jpg", photo))
    assert np.array_equal(grey_pixels(path), alone)
    with path.open("rb") as file:
        assert picture_files.num_pixels_of(file, path) == size[0] * size[1]

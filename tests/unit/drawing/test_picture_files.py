"""Picture files: many formats are read, and no warning is printed."""

import io
import struct
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, PngImagePlugin, TiffImagePlugin

from bnn.drawing import picture_files
from bnn.drawing.picture_files import grey_pixels
from tests.support.pictures import BAR


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


def test_speck_does_not_decide_the_paper_of_a_transparent_picture(tmp_path):
    pixels = np.zeros((280, 280, 4), np.uint8)
    pixels[40:240, 130:150] = 255
    pixels[5, 5] = (0, 0, 0, 255)
    pixels_read = grey_pixels(saved(tmp_path / "a.png", Image.fromarray(pixels)))
    assert (pixels_read[0, 0], pixels_read[100, 140]) == (0, 255)


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
    """Returns EXIF data with orientation 6, and a horizontal resolution of type `kind` instead of a fraction.

    In the TIFF format, type 1 is bytes, type 2 is text, and type 7 is undefined data.
    """
    orientation = struct.pack("<HHIHH", 274, 3, 1, 6, 0)
    resolution = struct.pack("<HHI4s", 282, kind, 4, b"72\0\0")
    return struct.pack("<2sHIH", b"II", 42, 8, 2) + orientation + resolution + bytes(4)


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
def test_only_the_first_picture_of_a_jpeg_file_is_read(tmp_path, size):
    """Phones add a second picture with the brightness of each part (HDR). The size limit stays the same."""
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


def test_only_the_first_pages_of_a_tiff_file_are_looked_at(monkeypatch):
    """Pillow needs quadratic time to count the pages. A small file can have very many."""
    monkeypatch.setattr(picture_files, "MAX_FRAMES", 3)
    page, file = Image.new("L", (40, 60), 255), io.BytesIO()
    page.save(file, "TIFF", save_all=True, append_images=[page, Image.fromarray(BAR), *[page] * 40])
    loaded, load = [], TiffImagePlugin.ImageFileDirectory_v2.load
    monkeypatch.setattr(
        TiffImagePlugin.ImageFileDirectory_v2, "load", lambda *given: loaded.append(given) or load(*given)
    )
    assert picture_files.num_pixels_of(file, "a.tif") == 3 * 40 * 60
    file.seek(0)
    assert np.array_equal(picture_files.grey_pixels_of(file, "a.tif"), BAR)
    assert len(loaded) < 30


def test_pages_of_a_tiff_file_may_be_fewer_than_are_looked_at():
    page, file = Image.new("L", (40, 60), 255), io.BytesIO()
    page.save(file, "TIFF", save_all=True, append_images=[Image.fromarray(BAR)])
    assert picture_files.num_pixels_of(file, "a.tif") == 2 * 40 * 60
    file.seek(0)
    assert np.array_equal(picture_files.grey_pixels_of(file, "a.tif"), BAR)


def test_large_colour_profiles_and_texts_are_read(tmp_path):
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "x" * 3_000_000, zip=True)
    options = {"icc_profile": bytes(3_000_000), "pnginfo": texts}
    assert np.array_equal(grey_pixels(saved(tmp_path / "a.png", Image.fromarray(BAR), **options)), BAR)

"""Data sets of pictures in .zip files."""

import io
import struct
import tracemalloc
import zipfile
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from bnn.data import files
from bnn.data.files import archives
from bnn.data.files import pictures as reader
from bnn.data.files.archives import MAX_DIRECTORY_BYTES
from bnn.drawing.picture_files import grey_pixels, grey_pixels_of
from bnn.drawing.preprocessing import digit_from_image
from tests.support.data_files import SIGNS, crowded, damaged_member, picture, pictures, zipped


def all_parts(data):
    return (*data.train_validation(), data.test())


def test_folders_are_the_classes_and_pictures_are_read_as_everywhere_in_the_app(tmp_path):
    members = pictures()
    data = files.parse(zipped(members), "signs.zip", "Ann", "CC0")
    assert (data.class_names, data.name, data.licence) == (("cross", "hook", "roof"), "signs.zip", "CC0")
    assert [Counter(part.labels.tolist()) for part in all_parts(data)] == [
        {0: 6, 1: 6, 2: 6},
        {0: 1, 1: 1, 2: 1},
        {0: 1, 1: 1, 2: 1},
    ]
    expected = set()
    for index, content in enumerate(members.values()):
        (tmp_path / f"{index}.png").write_bytes(content)
        expected.add(digit_from_image(grey_pixels(tmp_path / f"{index}.png")).digit.tobytes())
    assert {image.tobytes() for part in all_parts(data) for image in part.images} == expected


def test_hidden_files_are_ignored_and_other_files_are_counted():
    hidden = {
        "signs/": b"",
        "signs/.DS_Store": b"x",
        "__MACOSX/signs/hook/._1.png": b"x",
        "signs/hook/.hidden.png": b"x",
        "signs/hook/.ipynb_checkpoints/0-checkpoint.png": b"x",
    }
    data = files.parse(zipped(pictures() | hidden), "a")
    assert (data.class_names, data.notes) == (("cross", "hook", "roof"), ())
    others = {"signs/notes.txt": b"x", "signs/hook/photo.heic": b"x"}
    data = files.parse(zipped(pictures() | hidden | others), "a")
    assert data.class_names == ("cross", "hook", "roof")
    assert data.notes == ("2 files that are no pictures are left out.",)


def test_pictures_are_recognized_by_their_ending_in_any_case():
    endings = [("jfif", "JPEG"), ("JPE", "JPEG"), ("pnm", "PPM"), ("apng", "PNG")]
    members = pictures()
    for number, (ending, form) in enumerate(endings):
        image, file = Image.open(io.BytesIO(picture([[[0, 20 * number], [99, 50]]]))), io.BytesIO()
        image.save(file, form)
        members[f"signs/hook/other.{ending}"] = file.getvalue()
    data = files.parse(zipped(members), "a")
    assert sum(len(part.labels) for part in all_parts(data)) == 24 + len(endings)
    assert data.notes == ()


def test_classes_with_numbers_as_names_are_in_the_order_of_the_numbers():
    signs = {"10": SIGNS["hook"], "a": SIGNS["cross"], "9": SIGNS["roof"]}
    assert files.parse(zipped(pictures(signs=signs)), "a").class_names == ("9", "10", "a")


def test_folders_of_the_same_name_are_one_class_and_the_notes_say_so():
    members = {f"train/{name}": content for name, content in pictures().items()}
    members |= {"test/hook/0.png": picture([[[0, 20], [99, 50]]])}
    data = files.parse(zipped(members), "a")
    assert sum(len(part.labels) for part in all_parts(data)) == 25
    assert data.notes == ("Folders of the same name are one class, such as the 2 folders 'hook'.",)


def test_backslashes_between_folders_are_read_as_windows_writes_them():
    members = {"signs\\": b""} | {name.replace("/", "\\"): content for name, content in pictures().items()}
    data = files.parse(zipped(members), "a")
    assert (data.class_names, data.notes) == (("cross", "hook", "roof"), ())


def test_names_in_utf_8_are_read_as_macos_and_linux_write_them():
    members = {name.replace("hook", "gr1234er"): content for name, content in pictures().items()}
    # The archive does not say that these names are in UTF-8, because it was made with names in ASCII.
    content = zipped(members).replace(b"gr1234er", "größer".encode())
    assert files.parse(content, "a").class_names == ("cross", "größer", "roof")


def test_empty_pictures_and_copies_are_left_out_and_counted():
    extra = {"signs/hook/empty.png": picture([]), "signs/hook/copy.png": pictures()["signs/hook/0.png"]}
    data = files.parse(zipped(pictures() | extra), "a")
    assert sum(len(part.labels) for part in all_parts(data)) == 24
    assert data.notes == ("1 picture without ink is left out.", "1 copy of another picture is left out.")


def test_names_that_lead_outside_the_archive_are_read_like_others():
    members = {f"../../{name}": content for name, content in pictures().items()}
    assert files.parse(zipped(members), "a").class_names == ("cross", "hook", "roof")


def test_kept_file_gives_the_same_parts():
    """A run keeps its data set in the file `kept_file`."""
    data = files.parse(zipped(pictures()), "a")
    again = files.parse(data.kept_file.content(), "a")
    for one, other in zip(all_parts(data), all_parts(again), strict=True):
        assert np.array_equal(one.images, other.images)
        assert np.array_equal(one.labels, other.labels)


@pytest.mark.parametrize(
    "members, message",
    [
        (
            {"a/1.heic": b"x"},
            "that can be read. It contains the file a/1.heic. BMP, GIF, JPEG, PNG, PPM, TIFF and WebP",
        ),
        ({"a/": b""}, "be read. It contains no file. BMP"),
        ({"a.png": picture(SIGNS["hook"])}, "in a folder with the name of its class, got a.png"),
        (pictures(4), "each class needs at least 5 examples, but 'cross' has 4"),
        (pictures(signs={"hook": SIGNS["hook"]}), "there must be 2 to 64 classes, got 1"),
        (pictures(signs={"h" * 21: SIGNS["hook"], "b": SIGNS["roof"]}), "1 to 20 visible characters"),
        (pictures() | {"signs/hook/x.png": b"no picture"}, "signs/hook/x.png is a text file: BMP"),
        (pictures() | {"signs/hook/x.png": b""}, "signs/hook/x.png is empty"),
        (pictures() | {"signs/hook/x.png": picture(SIGNS["hook"])[:90]}, "signs/hook/x.png is damaged"),
    ],
)
def test_other_archives_are_refused_in_one_sentence(members, message):
    with pytest.raises(ValueError) as refusal:
        files.parse(zipped(members), "signs")
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "limit, value, message",
    [
        ("MAX_PICTURES", 23, "signs has more than 23 pictures"),
        ("MAX_PICTURE_BYTES", 100, "at most 100 bytes are read"),
        ("MAX_PIXELS", 24 * 60 * 60 - 1, "its pictures may have at most 86,399 pixels together"),
    ],
)
def test_an_archive_that_would_take_too_long_is_refused(monkeypatch, limit, value, message):
    monkeypatch.setattr(reader, limit, value)
    with pytest.raises(ValueError, match=message):
        files.parse(zipped(pictures()), "signs")


def test_all_frames_of_an_animation_count_before_any_is_decoded(monkeypatch):
    frames = [Image.new("L", (60, 60), shade) for shade in range(0, 250, 50)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    members = pictures() | {"signs/zoo/0.gif": file.getvalue()}
    # There are 24 pictures and 5 frames: one more than the limit.
    monkeypatch.setattr(reader, "MAX_PIXELS", 28 * 60 * 60)
    read = []

    def counted(*arguments):
        read.append(arguments[1])
        return grey_pixels_of(*arguments)

    monkeypatch.setattr(reader, "grey_pixels_of", counted)
    with pytest.raises(ValueError, match="its pictures may have at most 100,800 pixels together"):
        files.parse(zipped(members), "signs")
    assert len(read) == 24


def test_a_damaged_archive_is_refused():
    content = zipped(pictures())
    for damaged in (content[:300], content[:100] + bytes(60) + content[160:]):
        with pytest.raises(ValueError, match="signs is damaged"):
            files.parse(damaged, "signs")


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_archive_with_another_compression_is_refused(compression):
    with pytest.raises(ValueError, match="signs is damaged"):
        files.parse(damaged_member(zipped(pictures(), compression)), "signs")


def test_an_archive_with_too_long_a_list_of_files_is_refused_before_the_list_is_read():
    """From 64 MB of entries, `zipfile` would make objects of 600 MB."""
    assert MAX_DIRECTORY_BYTES > 200 * reader.MAX_PICTURES
    content = crowded(MAX_DIRECTORY_BYTES + 1)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError) as refusal:
            files.parse(content, "signs.zip")
        assert tracemalloc.get_traced_memory()[1] < len(content) / 10
    finally:
        tracemalloc.stop()
    assert str(refusal.value) == (
        "signs.zip is too large: the list of the files in it may have at most 10,000,000 bytes,"
        " got 10,000,001"
    )


@pytest.mark.parametrize("is_zip64", [False, True])
def test_the_list_of_files_may_have_exactly_as_many_bytes_as_allowed(monkeypatch, is_zip64):
    if is_zip64:
        # Archives with more files than this get the records of Zip64.
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 3)
    content = zipped(pictures())
    assert (b"PK\x06\x06" in content) == is_zip64
    # In an archive, an entry has 46 bytes and the file's name.
    size = sum(46 + len(name) for name in pictures())
    monkeypatch.setattr(archives, "MAX_DIRECTORY_BYTES", size)
    assert files.parse(content, "signs").num_classes == 3
    monkeypatch.setattr(archives, "MAX_DIRECTORY_BYTES", size - 1)
    with pytest.raises(ValueError, match=f"at most {size - 1:,} bytes, got {size:,}"):
        files.parse(content, "signs")


def test_a_refusal_of_a_long_name_is_short():
    with pytest.raises(ValueError, match=r"got x+$") as refusal:
        files.parse(zipped({"x" * 60_000 + ".png": b""}), "signs")
    assert len(str(refusal.value)) < 200


def test_a_picture_that_claims_more_bytes_than_the_archive_has_is_refused():
    content = zipped(pictures(1), zipfile.ZIP_STORED)
    entry = content.index(b"PK\x01\x02")
    # The compressed size and the uncompressed size begin at byte 20 of an entry.
    claim = struct.pack("<II", 50_000_000, 50_000_000)
    with pytest.raises(ValueError, match="signs is damaged"):
        files.parse(content[: entry + 20] + claim + content[entry + 28 :], "signs")

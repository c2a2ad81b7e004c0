"""UNIPEN's distribution is read from a folder or an archive, without the writers kept for testing."""

import gzip
import json
import stat
import tarfile
import zipfile

import pytest

from bnn.data import archives
from bnn.data.files.archives import MAX_DIRECTORY_BYTES
from bnn.data.unipen_distribution import is_for_testing, read_distribution, to_file_content
from tests.support import unipen
from tests.support.data_files import crowded

KINDS = ["folder", "u.zip", "u.tar", "u.tar.gz", "u.tgz"]


@pytest.fixture
def place(tmp_path):
    """The path of an archive with a small distribution."""
    return unipen.write(unipen.distribution(), tmp_path / "u.tgz")


@pytest.mark.parametrize("kind", KINDS)
def test_drawings_are_read_from_folders_and_archives(tmp_path, kind):
    found = read_distribution(unipen.write(unipen.distribution(), tmp_path / kind))
    assert [(c.contributor, c.label) for c in found.characters] == [("abc", "1"), ("abc", "7"), ("abc", "0")]
    assert (found.num_left_out, found.damaged) == (1, [])
    one, seven, zero = (character.strokes for character in found.characters)
    # Each drawing's longer side is 500. In the other direction, the drawing is centred. y grows downwards.
    assert one == [[[250, 0], [250, 500]]]
    assert seven == [[[150, 0], [350, 0], [250, 500]], [[200, 250], [300, 250]]]
    assert zero == [[[0, 500], [500, 500], [500, 0], [0, 0], [0, 500]]]


def test_names_of_writers_become_numbers_and_the_file_is_reproducible(place):
    found = read_distribution(place)
    content = to_file_content(found.characters)
    assert content == to_file_content(read_distribution(place).characters)
    text = gzip.decompress(content).decode()
    assert "Writer" not in text
    records = [json.loads(line) for line in text.splitlines()]
    assert list(records[0]) == ["label", "writer", "contributor", "strokes"]
    assert [record["label"] for record in records] == [1, 7, 0]
    writers = [record["writer"] for record in records]
    assert writers[0] == writers[1] != writers[2]
    assert all(isinstance(writer, int) for writer in writers)


def test_folder_1b_gives_capital_letters_only(place):
    assert [character.label for character in read_distribution(place, "1b").characters] == ["O"]


def test_writer_without_a_name_is_named_after_the_file(tmp_path):
    files = unipen.distribution()
    for name, text in files.items():
        files[name] = text.replace(".WRITER_ID", ".COMMENT")
    found = read_distribution(unipen.write(files, tmp_path / "u.tar"))
    # The digits in each file. The name of the file becomes the name of its writer.
    writers = {"ann": "17", "bob": "0", "tom": "0"}
    expected = [labels for writer, labels in writers.items() if not is_for_testing("abc", writer)]
    assert [character.label for character in found.characters] == list("".join(expected))
    assert len({character.writer for character in found.characters}) == len(expected)


@pytest.mark.parametrize(
    "damage", [(".COORD T X Y", ".COORD T"), (".INCLUDE abc/x/ann", ".INCLUDE abc/x/eve")]
)
def test_damaged_file_is_named_and_the_others_are_read(tmp_path, damage):
    files = {name: text.replace(*damage) for name, text in unipen.distribution().items()}
    found = read_distribution(unipen.write(files, tmp_path / "u.zip"))
    assert [character.label for character in found.characters] == ["0"]
    assert len(found.damaged) == 1
    assert "ann.dat: " in found.damaged[0]


def test_other_folders_and_archives_are_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"it is not UNIPEN's train_r01_v07"):
        read_distribution(tmp_path / "empty")
    (tmp_path / "u.tgz").write_bytes(b"no archive")
    with pytest.raises(ValueError, match=r"u\.tgz is damaged or of an unknown kind"):
        read_distribution(tmp_path / "u.tgz")
    with pytest.raises(OSError, match="none"):
        read_distribution(tmp_path / "none.tgz")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damaged_compressed_file_in_a_zip_is_refused(tmp_path, method):
    path = tmp_path / "u.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("data/1a/abc/ann.dat", "".join(map(str, range(1000))))
    content = bytearray(path.read_bytes())
    content[60:300] = b"\xff" * 240
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"u\.zip is damaged"):
        read_distribution(path)


@pytest.mark.parametrize("kind", KINDS)
def test_too_large_file_is_refused(tmp_path, monkeypatch, kind):
    place = unipen.write(unipen.distribution(), tmp_path / kind)
    monkeypatch.setattr(archives, "MAX_FILE_BYTES", 40)
    with pytest.raises(ValueError, match="a file that is read may have at most 40 bytes"):
        read_distribution(place)


def test_zip_with_too_long_a_list_of_files_is_refused(tmp_path):
    path = tmp_path / "u.zip"
    path.write_bytes(crowded(MAX_DIRECTORY_BYTES + 1))
    with pytest.raises(ValueError, match=r"u\.zip is too large: the list of the files in it"):
        read_distribution(path)


def test_links_are_not_followed(tmp_path):
    secret = tmp_path / "secret.dat"
    secret.write_text('.PEN_DOWN 0 0 1 1\n.SEGMENT CHARACTER 0 OK "1"\n')
    with tarfile.open(tmp_path / "u.tar", "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            info = tarfile.TarInfo(f"data/1a/abc/{kind.decode()}.dat")
            info.type, info.linkname = kind, str(secret)
            archive.addfile(info)
    with zipfile.ZipFile(tmp_path / "u.zip", "w") as archive:
        info = zipfile.ZipInfo("data/1a/abc/link.dat")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, str(secret))
    folder = tmp_path / "data" / "1a" / "abc"
    folder.mkdir(parents=True)
    (folder / "link.dat").symlink_to(secret)
    for place in (tmp_path / "u.tar", tmp_path / "u.zip", tmp_path):
        with pytest.raises(ValueError, match="not UNIPEN"):
            read_distribution(place)
    assert archives.read_files(tmp_path / "data", lambda name: True) == {}

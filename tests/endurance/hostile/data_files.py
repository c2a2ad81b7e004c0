"""Data sets in files: sound contents of each kind, and how each is damaged, read and checked."""

import encodings.cp437
import encodings.utf_8_sig
import encodings.utf_16
import io
import json
import zipfile

import numpy as np
from hypothesis import strategies as st

from bnn.data import files
from bnn.data.files import archives
from bnn.runs import run_data
from bnn.runs.run import Run
from tests.endurance.hostile import damaged, large
from tests.endurance.hostile.kind import Kind, refused
from tests.support import data_files

# Imported here, because `tests.support.guard` forbids imports while a file is read. Python needs the first
# codec for names in archives, and the others for texts.
_CODECS = (encodings.cp437, encodings.utf_8_sig, encodings.utf_16)


def kinds() -> list[Kind]:
    """Returns the kinds of data files, and `data.json`, the file with the facts about a run's data set."""
    lines = [data_files.stroke_lines(num_each=5, num_writers=writers) for writers in (0, 5)]
    return [
        Kind("data.jsonl", lines, damaged.damaged_drawings, _read_data, large.large_drawings),
        Kind("data.npz", [data_files.npz()], _damaged_archive, _read_data, _large_arrays),
        Kind(
            "data.zip",
            [_small_pictures(), _small_pictures(zipfile.ZIP_LZMA), _small_pictures(zipfile.ZIP_BZIP2)],
            _damaged_archive,
            _read_data,
            _large_pictures,
        ),
        Kind("data.json", [_facts()], damaged.damaged_json, _read_facts, large.large_json),
    ]


def _small_pictures(compression=zipfile.ZIP_DEFLATED):
    return data_files.zipped(data_files.pictures(num_each=5), compression)


def _facts():
    texts = dict(name="signs", file="data.npz", sha256="0" * 64, source="Ann", licence="CC0")
    counts = dict(num_training=20, num_validation=5, num_test=5)
    return json.dumps(texts | counts | {"class_names": ["cross", "hook"]}).encode()


@st.composite
def _damaged_archive(draw, contents):
    """Returns an archive with damaged bytes, or one with a damaged, renamed or missing member."""
    if draw(st.integers(0, 9)) < 4:
        return draw(damaged.damaged_bytes(contents))
    with zipfile.ZipFile(io.BytesIO(draw(st.sampled_from(contents)))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = draw(st.sampled_from(sorted(members)))
    content = members.pop(name)
    how = draw(st.sampled_from(("damaged", "damaged", "renamed", "missing")))
    if how == "damaged":
        members[name] = draw(damaged.damaged_bytes([content]))
    elif how == "renamed":
        folder = draw(st.sampled_from(("..", "/etc", "a\0b", "ä" * 21, "x/" * 200, "\u202e", " ")))
        members[f"{folder}/{name}"] = content
    return data_files.zipped(members)


def _read_data(path):
    try:
        data = files.read(path)
    except (ValueError, OSError) as error:
        return refused(error)
    parts = (*data.train_validation(), data.test())
    for part in parts:
        assert part.images.shape == (len(part.labels), 28, 28)
        assert part.images.dtype == part.labels.dtype == np.uint8
        assert part.labels.max(initial=0) < data.num_classes <= 64
    assert set(parts[0].labels.tolist()) == set(range(data.num_classes))
    return True


def _read_facts(path):
    try:
        facts = run_data.facts(Run("run", path.parent))
    except (ValueError, OSError) as error:
        return refused(error)
    assert facts.file in ("data.npz", "data.jsonl.gz")
    return True


def _large_arrays():
    """Returns small archives with large arrays. The headers of most arrays claim an even larger size."""
    labels = {f"{name}.npy": _npy(np.zeros(3, np.uint8)) for name in ("y_train", "y_test")}
    archives = []
    for shape in ((10**9, 28, 28), (100_000, 64, 64, 3), (10**30, 1, 1), (0, 1, 1)):
        header = io.BytesIO()
        description = {"descr": "|u1", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(header, description)
        images = header.getvalue() + bytes(30_000_000)
        archives.append(data_files.zipped({"x_train.npy": images, "x_test.npy": images, **labels}))
    return archives


def _large_pictures():
    """Returns an archive with a very large picture, and archives with lists of very many files."""
    hook = data_files.SIGNS["hook"]
    large = data_files.picture(hook) + bytes(300_000_000)
    many = {f"{number % 3}/{number}.png": b"" for number in range(60_000)}
    return [
        data_files.zipped(data_files.pictures(5) | {"signs/hook/large.png": large}),
        data_files.zipped(many),
        *map(data_files.crowded, (archives.MAX_DIRECTORY_BYTES, 64_000_000)),
    ]


def _npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()

"""Files of drawings are read, and an error names the line that cannot be read."""

import gzip
import json

import numpy as np
import pytest

from bnn.data.dataset import DIGITS
from bnn.drawing.stroke_files import OTHER, load_drawings, to_line

LINE = '{"label": 1, "strokes": [[[1, 2]]]}'


@pytest.mark.parametrize("name", ["d.jsonl", "d.jsonl.gz"])
def test_drawings_are_read(tmp_path, name):
    records = [
        {"label": 8, "writer": 6, "strokes": [[[1, 2], [3, 4.5]], [[5, 6]]]},
        {"label": 0, "strokes": [[[0, 0]]]},
    ]
    text = "\n".join(map(json.dumps, records)).encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    drawings = load_drawings(tmp_path / name, DIGITS)
    assert [[stroke.tolist() for stroke in drawing.strokes] for drawing in drawings] == [
        r["strokes"] for r in records
    ]
    assert [drawing.label for drawing in drawings] == [8, 0]
    assert [drawing.writer for drawing in drawings] == [6, None]


@pytest.mark.parametrize(
    "label, class_names, index",
    [("8", DIGITS, 8), ("heart", ("star", "heart"), 1), (1, ("star", "heart"), 1), ("B", "ABC", 1)],
)
def test_label_is_a_class_name_or_its_index(tmp_path, label, class_names, index):
    path = tmp_path / "d.jsonl"
    path.write_text(json.dumps({"label": label, "strokes": [[[0, 0]]]}))
    assert load_drawings(path, class_names)[0].label == index


@pytest.mark.parametrize(
    "label, class_names, index", [(1, "ABC", OTHER), (1, DIGITS, 1), (3, ("7", "3"), 1), ("B", "ABC", 1)]
)
def test_number_is_no_index_if_other_labels_are_kept(tmp_path, label, class_names, index):
    path = tmp_path / "d.jsonl"
    path.write_text(json.dumps({"label": label, "strokes": [[[0, 0]]]}))
    assert load_drawings(path, class_names, keep_others=True)[0].label == index


@pytest.mark.parametrize("writer, contributor", [(6, "syn"), ("Ann", 3), (None, None), (0, "")])
def test_writer_and_contributor_are_returned(tmp_path, writer, contributor):
    path = tmp_path / "d.jsonl"
    record = {"label": 1, "writer": writer, "contributor": contributor, "strokes": [[[0, 0]]]}
    path.write_text(json.dumps(record))
    (drawing,) = load_drawings(path, DIGITS)
    assert (drawing.writer, drawing.contributor) == (writer, contributor)


BOM = "\ufeff"


@pytest.mark.parametrize(
    "content",
    [
        f"{LINE}\n{LINE}",
        f"{LINE}\n{LINE}\n\n",
        f"\n  \n{LINE}\n\t\n{LINE}",
        f"{LINE}\r\n{LINE}\r\n",
        f"{LINE}\r{LINE}\r",
        f"{BOM}{LINE}\n{LINE}",
        f"{BOM}{LINE}\n{BOM}{LINE}",
        f"{BOM}\n{LINE}\n{LINE}",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_encodings_blank_lines_and_file_names_do_not_matter(tmp_path, content, encoding):
    if encoding != "utf-8" and not content.startswith(BOM):
        content = BOM + content
    plain = content.encode(encoding)
    for name in ("d.jsonl", "D.JSONL", "d.jsonl.gz", "D.JSONL.GZ", "d.gz", "drawings"):
        for data in (plain, gzip.compress(plain)):
            path = tmp_path / name
            path.write_bytes(data)
            labels = [drawing.label for drawing in load_drawings(path, DIGITS)]
            assert labels == [1, 1], (name, data[:2])


# pytest makes the test's name from the content, and all processes that run the tests must give a test the
# same name. So the content must not contain the time: mtime=0 leaves it out.
@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0), gzip.compress(b" \n", mtime=0)]
)
@pytest.mark.parametrize("name", ["d.jsonl", "d.jsonl.gz"])
def test_file_without_drawings_is_refused(tmp_path, content, name):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{name} (holds no drawings|is empty)"):
        load_drawings(path, DIGITS)


@pytest.mark.parametrize(
    "content", [gzip.compress(LINE.encode(), mtime=0)[:-9], gzip.compress(LINE.encode(), mtime=0) + b"junk"]
)
def test_damaged_file_is_named(tmp_path, content):
    path = tmp_path / "d.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"d.jsonl.gz is damaged"):
        load_drawings(path, DIGITS)


def test_files_from_other_systems_are_read(shared):
    for name in ("bom.jsonl", "blank-last.jsonl", "up.jsonl.GZ", "not.gz"):
        assert load_drawings(shared / "cases" / name, DIGITS)


@pytest.mark.parametrize(
    "line, complaint",
    [
        ("{", "not JSON"),
        ("[1]", "expected an object"),
        ('{"label": 10, "strokes": [[[1, 2]]]}', "label must be .* got 10"),
        ('{"label": true, "strokes": [[[1, 2]]]}', "label must be .* got True"),
        ('{"strokes": [[[1, 2]]]}', "label must be .* got None"),
        ('{"label": 1, "strokes": [[[1, 2, 3]]]}', "shape"),
        (
            '{"label": 1, "strokes": [[[1], [2, 3]]]}',
            r"stroke 1 must be a list of points .* got \[\[1\], \[2, 3\]\]",
        ),
        (
            '{"label": 1, "strokes": [[[1, 2]], [[1, "a"]]]}',
            r"stroke 2 must be a list of points .* got \[\[1, 'a'\]\]",
        ),
        ('{"label": 1, "strokes": [[[NaN, 3]]]}', "coordinate"),
        ('{"label": 1, "strokes": []}', "no points"),
        ('{"label": "x", "strokes": [[[1, 2]]]}', "label must be .* got 'x'"),
        ('{"label": [1], "strokes": [[[1, 2]]]}', "label must be .* got \\[1\\]"),
        ('{"label": 1, "writer": [2], "strokes": [[[1, 2]]]}', "writer must be .* got \\[2\\]"),
        ('{"label": 1, "contributor": true, "strokes": [[[1, 2]]]}', "contributor must be .* got True"),
    ],
)
def test_bad_line_is_named(tmp_path, line, complaint):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"label": 1, "strokes": [[[1, 2]]]}\n' + line)
    with pytest.raises(ValueError, match=f"bad.jsonl, line 2: .*{complaint}"):
        load_drawings(path, DIGITS)


def test_written_drawings_are_read_back(tmp_path):
    strokes = [np.array([[1.0625, 2.0], [300.0, -4.5]]), np.array([[7.0, 8.0]])]
    names = ("1", "é", "0")
    path = tmp_path / "drawings.jsonl"
    path.write_text(to_line(strokes, "0", 3) + to_line(strokes[1:], "é"), "utf-8")
    first, second = load_drawings(path, names)
    assert (first.label, first.writer) == (2, 3)
    assert (second.label, second.writer) == (1, None)
    for stroke, expected in zip((*first.strokes, *second.strokes), (*strokes, strokes[1]), strict=True):
        np.testing.assert_array_equal(stroke, expected)

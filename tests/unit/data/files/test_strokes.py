"""Data sets of pen strokes: classes, parts, and what is refused."""

import gzip
import json
from collections import Counter

import numpy as np
import pytest

from bnn.data import files
from bnn.drawing import preprocessing
from bnn.drawing.stroke_files import load_drawings
from tests.support.data_files import SIGNS, shaken, stroke_lines


def all_parts(data):
    return (*data.train_validation(), data.test())


def test_classes_are_the_labels_and_every_class_is_in_every_part():
    data = files.parse(stroke_lines(num_each=20), "signs.jsonl", "Ann", "CC0")
    assert (data.name, data.class_names, data.source, data.licence) == (
        "signs.jsonl",
        ("cross", "hook", "roof"),
        "Ann",
        "CC0",
    )
    assert [Counter(part.labels.tolist()) for part in all_parts(data)] == [
        {0: 14, 1: 14, 2: 14},
        {0: 3, 1: 3, 2: 3},
        {0: 3, 1: 3, 2: 3},
    ]
    assert all(part.images.dtype == np.uint8 for part in all_parts(data))


def test_images_are_those_of_the_draw_page():
    content = stroke_lines(num_each=5)
    expected = {
        preprocessing.digit_from_strokes(json.loads(line)["strokes"]).digit.tobytes()
        for line in content.splitlines()
    }
    data = files.parse(content, "signs")
    assert {image.tobytes() for part in all_parts(data) for image in part.images} == expected


def test_numeric_labels_become_class_names_in_numeric_order():
    signs = {"10": SIGNS["cross"], "9": SIGNS["hook"], "a": SIGNS["roof"]}
    content = stroke_lines(signs=signs).replace(b'"10"', b"10").replace(b'"9"', b"9")
    assert files.parse(content, "signs").class_names == ("9", "10", "a")


def test_numeric_label_is_looked_up_among_the_class_names(tmp_path):
    (tmp_path / "signs").write_bytes(
        stroke_lines(num_each=1, signs={"3": SIGNS["hook"]}).replace(b'"3"', b"3")
    )
    assert load_drawings(tmp_path / "signs", ("1", "2", "4", "3"))[0].label == 3


def test_no_writer_is_in_two_parts():
    data = files.parse(writers_lines(), "signs")
    by_part = [{image.tobytes() for image in part.images} for part in all_parts(data)]
    writer_of = {}
    for line in writers_lines().splitlines():
        record = json.loads(line)
        writer_of[preprocessing.digit_from_strokes(record["strokes"]).digit.tobytes()] = record["writer"]
    writers = [{writer_of[image] for image in images} for images in by_part]
    assert set.union(*writers) == set(range(12))
    assert sum(map(len, writers)) == 12
    assert [len(part.labels) for part in all_parts(data)] == [24, 6, 6]
    assert "of the 12 writers" in data.notes[0]


def writers_lines():
    return stroke_lines(num_each=12, num_writers=12)


def test_drawings_by_unknown_writers_are_for_training():
    unknown = stroke_lines(num_each=3, signs={"roof": shaken(SIGNS["roof"], np.random.default_rng(1))})
    data = files.parse(writers_lines() + b"\n" + unknown, "signs")
    assert [len(part.labels) for part in all_parts(data)] == [27, 6, 6]


def test_writers_are_split_in_the_same_way_whatever_the_order_of_the_lines():
    lines = writers_lines().splitlines()
    one, other = (files.parse(b"\n".join(some), "signs") for some in (lines, lines[::-1]))
    assert {i.tobytes() for i in one.test().images} == {i.tobytes() for i in other.test().images}


def test_copies_are_left_out_so_that_none_is_in_two_parts():
    content = stroke_lines()
    data = files.parse(content + b"\n" + content, "signs")
    assert sum(len(part.labels) for part in all_parts(data)) == 30
    assert data.notes == ("30 copies of other drawings are left out.",)


def test_drawings_for_training_are_those_of_the_training_part():
    data = files.parse(stroke_lines(), "signs")
    drawings = data.drawings()
    training, validation = data.train_validation()
    assert np.array_equal(drawings.labels, training.labels)
    assert np.array_equal(drawings.plain(), training.images)
    assert np.array_equal(data.validation_drawings().plain(), validation.images)
    images, labels = drawings.draw(50, 3)
    assert images.shape == (50, 28, 28)
    assert set(labels.tolist()) == {0, 1, 2}


@pytest.mark.parametrize("is_gzipped", [False, True])
def test_kept_file_gives_the_same_data_set(is_gzipped):
    """A run keeps its data set in the file `kept_file`."""
    content = gzip.compress(stroke_lines()) if is_gzipped else stroke_lines()
    data = files.parse(content, "signs")
    again = files.parse(data.kept_file.content(), "signs")
    assert data.kept_file.name == "data.jsonl.gz"
    assert data.kept_file.content()[:2] == b"\x1f\x8b"
    for one, other in zip(all_parts(data), all_parts(again), strict=True):
        assert np.array_equal(one.images, other.images)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "signs is empty"),
        (b"text", "signs is a text file, not a data file. Drawings"),
        (b"label,x,y\n1,2,3\n", "signs is a table (CSV), not a data file. Drawings"),
        (
            b"\xef\xbb\xbf\n <!DOCTYPE html>",
            "signs is a web page, not a data file. Drawings (.jsonl)",
        ),
        (
            gzip.compress(b"label,x,y\n", mtime=0),
            "signs is a table (CSV), not a data file. Drawings (.jsonl)",
        ),
        (
            "label,x,y\n".encode("utf-16"),
            "signs is a table (CSV), not a data file. Drawings (.jsonl)",
        ),
        (b"\n{label: 1}", "signs, line 2: not JSON"),
        (stroke_lines() + b"\nlabel,x,y", "signs, line 31: not JSON"),
        (b"[" + stroke_lines().replace(b"\n", b",\n") + b"]", "signs is a JSON list, but each line must be"),
        (
            json.dumps({"label": 1}, indent=1).encode(),
            "signs, line 1: not JSON: each drawing must be in one line",
        ),
        (
            stroke_lines(signs={"a ": SIGNS["roof"], "b": SIGNS["hook"]}),
            "without a space at its ends, got 'a '",
        ),
        (b"\x89PNG\x00\x01", "signs is a PNG picture, not a data file. Drawings"),
        (
            b"%PDF-1.4\n%\xe2\xe3\xcf\xd3",
            "signs is a PDF document, not a data file. Drawings (.jsonl)",
        ),
        (b"\x00\x01", "signs is damaged, or of a kind that cannot be read. Drawings (.jsonl)"),
        (b"{}", 'expected an object with "label" and a list of "strokes"'),
        (stroke_lines(signs={"a": SIGNS["roof"]}), "there must be 2 to 64 classes, got 1"),
        (stroke_lines(1, signs={f"c{i}": SIGNS["roof"] for i in range(65)}), "2 to 64 classes, got 65"),
        (stroke_lines(4), "each class needs at least 5 examples, but 'cross' has 4"),
        (stroke_lines(signs={"a": SIGNS["roof"], "a" * 21: SIGNS["hook"]}), "1 to 20 visible characters"),
        (stroke_lines(signs={"a": SIGNS["roof"], "b\u202e": SIGNS["hook"]}), "visible characters"),
        (stroke_lines(label=True), "label must be a text or a whole number of at least 0, got True"),
        (stroke_lines(label=10**9), "label must be a text or a whole number"),
        (stroke_lines(label=""), "label must be a text"),
        (stroke_lines(writer=1.5), "writer must be a number or a text, got 1.5"),
        (gzip.compress(stroke_lines(), mtime=0)[:-200], "signs is damaged"),
    ],
)
def test_other_files_are_refused_in_one_sentence(content, message):
    with pytest.raises(ValueError) as refusal:
        files.parse(content, "signs")
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_name_has_no_invisible_characters_so_that_a_run_can_keep_it():
    # macOS puts U+202F before "PM"; U+200D joins the parts of an emoji.
    name = files.parse(stroke_lines(), "9.41\u202fPM \u200d\n" + "a" * 400).name
    assert name.startswith("9.41 PM   aaa")
    assert (len(name), name.isprintable()) == (300, True)


@pytest.mark.parametrize("field", ["source", "licence"])
def test_source_and_licence_are_one_line(field):
    with pytest.raises(ValueError, match=f"{field} must be at most 300 visible characters"):
        files.parse(stroke_lines(), "signs", **{field: "a\nb"})
    with pytest.raises(ValueError, match=f"{field} must be at most 300 visible characters"):
        files.parse(stroke_lines(), "signs", **{field: "a" * 301})

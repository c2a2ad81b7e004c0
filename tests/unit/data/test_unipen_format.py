"""The UNIPEN format: components of the pen's path, the characters in them, and included files."""

import pytest

from bnn.data.unipen_format import included_names, read_characters

PATHS = ".PEN_DOWN\n0 0\n1 1\n2 2\n.PEN_UP\n.PEN_DOWN\n3 3\n4 4\n.PEN_UP\n9 9\n.PEN_DOWN\n5 5\n"


def strokes_of(delineation, paths=PATHS):
    """Returns the x coordinates of the strokes in a delineation, which names components of the pen's path."""
    (segment,) = read_characters(f'{paths}.SEGMENT CHARACTER {delineation} OK "4"', {}.__getitem__)
    return [stroke[:, 0].tolist() for stroke in segment.strokes]


@pytest.mark.parametrize(
    "delineation, expected",
    [
        ("0", [[0, 1, 2]]),
        ("0-0", [[0, 1, 2]]),
        ("0-1", [[0, 1, 2], [3, 4]]),
        # Component 2 is the point 9 9, where the pen is above the paper.
        ("1-3", [[3, 4], [5]]),
        ("2", []),
        ("0,3", [[0, 1, 2], [5]]),
        # From point 1 of component 0 to point 0 of component 1.
        ("0:1-1:0", [[1, 2], [3]]),
        ("0:1-0:1", [[1]]),
        ("0:2", [[2]]),
    ],
)
def test_delineation_names_components_and_points(delineation, expected):
    assert strokes_of(delineation) == expected


@pytest.mark.parametrize("delineation", ["4", "1-9", "2-1", "x", "0-", "0:1:2", "-1"])
def test_impossible_delineation_is_refused(delineation):
    with pytest.raises(ValueError, match="a delineation"):
        strokes_of(delineation)


def test_points_may_have_more_values_than_x_and_y():
    paths = ".COORD Y P X\n.PEN_DOWN\n1 99 2\n3 99 4\n"
    (segment,) = read_characters(f'{paths}.SEGMENT CHARACTER 0 "4"', {}.__getitem__)
    assert segment.strokes[0].tolist() == [[2, 1], [4, 3]]
    assert segment.quality == "?"


@pytest.mark.parametrize(
    "paths", [".COORD X\n", ".PEN_DOWN\n1 2 3\n", ".PEN_DOWN\n1 two\n", ".PEN_DOWN\n1 1e999\n"]
)
def test_damaged_statements_are_refused(paths):
    with pytest.raises(ValueError, match=r"COORD|numbers|two"):
        strokes_of("0", paths)


@pytest.mark.parametrize("text", ["", "no statement\n"])
def test_file_without_a_statement_is_refused_and_includes_nothing(text):
    assert included_names(text) == []
    with pytest.raises(ValueError, match="no statement"):
        read_characters(text, {}.__getitem__)


def test_only_characters_are_read_and_labels_are_unquoted():
    text = f'{PATHS}.SEGMENT WORD 0-1 OK "no"\n.SEGMENT CHARACTER 0 OK "\\""\n.SEGMENT CHARACTER 1 ? "a b"\n'
    assert [segment.label for segment in read_characters(text, {}.__getitem__)] == ['"', "a b"]


def test_included_files_may_include_others_but_not_themselves():
    files = {"a": ".INCLUDE b\n", "b": ".WRITER_ID Ann\n.PEN_DOWN\n1 2\n", "c": ".INCLUDE c\n"}
    (segment,) = read_characters('.INCLUDE a\n.SEGMENT CHARACTER 0 OK "1"', files.__getitem__)
    assert (segment.writer, segment.strokes[0].tolist()) == ("Ann", [[1, 2]])
    with pytest.raises(ValueError, match="include each other at most 8 levels deep"):
        read_characters(".INCLUDE c", files.__getitem__)

"""Drawings by many people: some writers are held out, and training samples drawings by the others."""

import gzip
import re
from collections import Counter

import numpy as np
import pytest

from bnn.data import unipen
from bnn.data.dataset import DIGITS
from bnn.data.unipen_files import check_data, missing_data
from bnn.drawing.stroke_files import load_drawings
from bnn.recipes.presets import preset
from bnn.system.commands import typed_command
from tests.support.unipen import write_drawings

RECIPE = preset("quick").with_settings({"pen_digits": 100})
WITH_LETTERS = RECIPE.with_settings({"pen_letters": 10})


@pytest.fixture
def digits(tmp_path, monkeypatch):
    """The path of a file with digits by 25 writers; BNN_UNIPEN names it."""
    path = write_drawings(tmp_path / "digits.jsonl.gz", 25, range(10))
    monkeypatch.setenv("BNN_UNIPEN", str(path))
    monkeypatch.delenv("BNN_UNIPEN_LETTERS", raising=False)
    return path


def writers_and_drawings(path):
    """Returns the writers, the drawings, and for each drawing whether it is held out.

    A writer is a tuple of contributor, number, and whether the writer is held out.
    """
    drawings = load_drawings(path, DIGITS)
    held_out = unipen.is_held_out(drawings)
    writers = {
        (drawing.contributor, drawing.writer, bool(out))
        for drawing, out in zip(drawings, held_out, strict=True)
    }
    return writers, drawings, held_out


def test_a_fifth_of_the_writers_is_held_out_with_all_their_drawings(digits):
    writers, _, held_out = writers_and_drawings(digits)
    assert len(writers) == 25
    assert Counter(out for *_, out in writers) == {False: 20, True: 5}
    assert {contributor for contributor, _, out in writers if out} == {"a", "b"}
    assert held_out.mean() == 0.2


def test_no_validation_image_is_a_training_image(digits):
    training = unipen.training_digits()
    validation = unipen.validation_digits()
    assert len(training.labels) == 400
    plain = {image.tobytes() for image in unipen.pen_paths.draw_plain(training.paths)}
    assert not plain & {image.tobytes() for image in validation.images}


def test_validation_has_as_many_digits_as_mnist(digits):
    images, labels = unipen.validation_digits()
    assert len(images) == len(labels) == 5_000
    counts = Counter(image.tobytes() for image in images)
    assert len(counts) == 100
    assert set(counts.values()) == {50}
    assert np.bincount(labels).tolist() == [500] * 10


def test_letters_among_the_digits_are_left_out(tmp_path, digits, monkeypatch):
    letters = gzip.decompress(write_drawings(tmp_path / "letters", 30, "AB").read_bytes())
    both = tmp_path / "both.jsonl.gz"
    both.write_bytes(gzip.compress(gzip.decompress(digits.read_bytes()) + letters))
    monkeypatch.setenv("BNN_UNIPEN", str(both))
    training, validation = unipen.training_digits(), unipen.validation_digits()
    # 25 of the 30 writers have also drawn digits: 20 each, so 500 in all.
    assert len(training.labels) + len({image.tobytes() for image in validation.images}) == 500
    plain = {image.tobytes() for image in unipen.pen_paths.draw_plain(training.paths)}
    assert not plain & {image.tobytes() for image in validation.images}


def test_writers_are_sampled_by_the_square_root_of_their_drawings(tmp_path):
    few = load_drawings(write_drawings(tmp_path / "few", 2, [1], 4), DIGITS)
    many = [drawing._replace(writer=9) for drawing in few if drawing.contributor == "a"] * 16
    drawings = [*few, *many]
    shares = unipen.sampling_shares(drawings)
    share_of = Counter()
    for drawing, share in zip(drawings, shares, strict=True):
        share_of[drawing.contributor, drawing.writer] += share
    # Contributor a has a writer of 64 drawings and one of 4, with the square roots 8 and 2. Contributor b has
    # one writer of 4 drawings.
    assert sum(share_of.values()) == pytest.approx(1)
    assert share_of["a", 9] / share_of["a", 0] == pytest.approx((64 / 4) ** 0.5)
    assert (share_of["a", 9] + share_of["a", 0]) / share_of["b", 1] == pytest.approx(((8 + 2) / 2) ** 0.5)


def test_same_seed_gives_the_same_sample(digits):
    images, labels = unipen.training_digits().draw(50, [1, 2])
    again, labels_again = unipen.training_digits().draw(50, [1, 2])
    assert np.array_equal(images, again)
    assert np.array_equal(labels, labels_again)
    assert images.shape == (50, 28, 28)


def test_file_of_digits_is_refused_as_file_of_letters(digits, monkeypatch):
    monkeypatch.setenv("BNN_UNIPEN_LETTERS", str(digits))
    with pytest.raises(ValueError, match="holds no drawings to train on"):
        unipen.training_letters()


def test_letters_that_look_like_digits_are_left_out(digits, tmp_path):
    write_drawings(tmp_path / "letters.jsonl.gz", 10, "AOSZX")
    assert not missing_data(WITH_LETTERS)
    letters = unipen.training_letters()
    assert {unipen.TRAINED_LETTERS[label] for label in letters.labels} == {"A", "X"}
    # B, G, I, O, Q, S and Z are left out.
    assert "".join(unipen.TRAINED_LETTERS) == "ACDEFHJKLMNPRTUVWXY"
    # 8 of the 10 writers are not held out. Each has drawn the A and the X twice.
    assert len(letters.labels) == 8 * 2 * 2


def test_missing_file_is_named_in_one_sentence(digits, monkeypatch):
    assert not missing_data(RECIPE)
    assert "letters drawn by many people" in missing_data(WITH_LETTERS)
    command = f"{typed_command()} unipen PLACE -o FILE"
    assert f"BNN_UNIPEN_LETTERS to the file that `{command} --letters`" in missing_data(WITH_LETTERS)
    for absent in (str(digits) + "x", ""):
        monkeypatch.setenv("BNN_UNIPEN", absent)
        with pytest.raises(ValueError, match=re.escape(f"set BNN_UNIPEN to the file that `{command}`")):
            check_data(RECIPE)
    assert not missing_data(preset("quick"))


def test_variable_that_names_no_file_is_named_with_its_value(digits, monkeypatch):
    absent = f"{digits}x"
    monkeypatch.setenv("BNN_UNIPEN", absent)
    with pytest.raises(ValueError, match=f"^BNN_UNIPEN names {re.escape(absent)}, which is not a file: this"):
        check_data(RECIPE)
    monkeypatch.setenv("BNN_UNIPEN", str(digits))
    monkeypatch.setenv("BNN_UNIPEN_LETTERS", absent)
    check_data(RECIPE)
    with pytest.raises(ValueError, match=r"^BNN_UNIPEN_LETTERS names .*x, which is not a file: this"):
        check_data(WITH_LETTERS)


def test_message_names_the_variable_that_is_not_set(monkeypatch):
    for variable in ("BNN_UNIPEN", "BNN_UNIPEN_LETTERS"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(ValueError, match="no file of digits is named: set BNN_UNIPEN to"):
        unipen.training_digits()
    with pytest.raises(ValueError, match="no file of letters is named: set BNN_UNIPEN_LETTERS to"):
        unipen.training_letters()


def test_file_of_too_few_writers_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("BNN_UNIPEN", str(write_drawings(tmp_path / "digits", 2, range(10))))
    with pytest.raises(ValueError, match="has no digit by a held-out writer"):
        unipen.validation_digits()


def test_shared_file_has_the_known_writers_and_drawings(shared, monkeypatch):
    path = shared / "unipen" / "digits.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"needs {path}, which is absent")
    writers, drawings, held_out = writers_and_drawings(path)
    assert Counter(out for *_, out in writers) == {False: 183, True: 46}
    assert (len(drawings), int(held_out.sum())) == (13_398, 2_182)
    monkeypatch.setenv("BNN_UNIPEN", str(path))
    shares = unipen.training_digits().shares
    assert shares.max() < 0.004
    assert shares.min() > 1e-5

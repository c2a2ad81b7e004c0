"""The data set of a run: its file is kept with the run, and recognized by its digest."""

import hashlib
import json

import numpy as np
import pytest

from bnn.data import files
from bnn.data.mnist import MNIST
from bnn.recipes.presets import preset
from bnn.runs import run_data, store
from tests.support.data_files import all_parts, npz, pictures, stroke_lines, zipped
from tests.support.run_content import STRANGE_TEXTS


def signs(content=None):
    return files.parse(content or stroke_lines(), "signs.jsonl", "Ann", "CC0")


def test_run_without_a_data_file_is_trained_on_mnist(run):
    assert run_data.load(run) is MNIST
    facts = run_data.facts(run)
    assert facts.is_mnist
    training, validation = MNIST.train_validation()
    sizes = (len(training.labels), len(validation.labels), len(MNIST.test().labels))
    assert (facts.num_training, facts.num_validation, facts.num_test) == sizes
    assert facts.credit.endswith("CC BY-SA 3.0")


@pytest.mark.parametrize(
    "content, name",
    [(stroke_lines(), "data.jsonl.gz"), (npz(), "data.npz"), (zipped(pictures(num_each=5)), "data.npz")],
)
def test_run_keeps_its_data(runs_root, content, name):
    # The emoji is newer than Python 3.11.
    data = files.parse(content, "a name", "Ann \U0001fa77", "CC0")
    run = store.find(store.create(preset("quick"), data).id)
    again, facts = run_data.load(run), run_data.facts(run)
    assert (again.name, again.source, again.licence) == ("a name", "Ann \U0001fa77", "CC0")
    assert again.class_names == data.class_names
    parts, parts_again = (*data.train_validation(), data.test()), (*again.train_validation(), again.test())
    for part, part_again in zip(parts, parts_again, strict=True):
        assert np.array_equal(part.images, part_again.images)
        assert np.array_equal(part.labels, part_again.labels)
    assert facts.file == name
    assert facts.sha256 == hashlib.sha256((run.folder / name).read_bytes()).hexdigest()
    assert facts.num_test == len(data.test().labels)
    assert facts.credit == "a name; Ann \U0001fa77; CC0"


def two_labels_each():
    """Returns an .npz file in which every training image has two labels, and a .zip file of such pictures."""
    images = np.random.default_rng(4).integers(0, 256, (30, 28, 28), np.uint8)
    members = pictures(num_each=20)
    first = {name.split("/")[-1]: content for name, content in reversed(members.items())}
    return {
        "arrays": npz(
            x_train=np.tile(images, (2, 1, 1)), y_train=np.repeat([0, 1], 30), y_test=np.arange(12) % 2
        ),
        "pictures": zipped({name: first[name.split("/")[-1]] for name in members}),
    }


@pytest.mark.parametrize("kind", ["arrays", "pictures"])
def test_images_with_two_labels_stay_in_the_parts_of_the_first_reading(runs_root, kind):
    data = files.parse(two_labels_each()[kind], "signs")
    training, validation = data.train_validation()
    trained = {image.tobytes() for image in training.images}
    assert any(image.tobytes() in trained for image in validation.images)
    again = run_data.load(store.create(preset("quick"), data))
    for part, part_again in zip(all_parts(data), all_parts(again), strict=True):
        assert np.array_equal(part_again.images, part.images)
        assert np.array_equal(part_again.labels, part.labels)


def test_batches_are_no_larger_than_the_data(runs_root):
    # 60 images: 51 for training, in one batch.
    run = store.create(preset("quick").with_settings({"drawn_digits": 0}), files.parse(npz(), "signs"))
    num_training = run_data.facts(run).num_training
    assert num_training < run.recipe().batch_size
    assert (run_data.images_per_epoch(run), run_data.mean_batch_size(run)) == (num_training, num_training)


def test_missing_licence_is_stated(runs_root):
    run = store.create(preset("quick"), files.parse(stroke_lines(), "signs"))
    assert run_data.facts(run).credit == "signs; licence not stated"


def test_changed_data_are_refused(runs_root):
    run = store.create(preset("quick"), signs())
    run_data.load(run)
    (run.folder / "data.jsonl.gz").write_bytes(stroke_lines(num_each=11))
    with pytest.raises(ValueError, match="not the data that this run was started with: its SHA-256 is"):
        run_data.load(run)


@pytest.mark.parametrize("text", STRANGE_TEXTS)
def test_damaged_facts_are_refused(runs_root, text):
    run = store.create(preset("quick"), signs())
    (run.folder / "data.json").write_text(text)
    with pytest.raises(ValueError, match=r"data\.json is damaged"):
        run_data.load(run)


@pytest.mark.parametrize(
    "change",
    [
        {"file": "../../data.npz"},
        {"file": "recipe.json"},
        {"num_test": -1},
        {"num_test": True},
        {"class_names": ["a"]},
        {"class_names": "abc"},
        {"name": "a\nb"},
        {"sha256": 7},
        {"extra": 1},
    ],
)
def test_wrong_facts_are_refused(runs_root, change):
    run = store.create(preset("quick"), signs())
    path = run.folder / "data.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ValueError, match=r"data\.json is damaged"):
        run_data.facts(run)


def test_recipe_of_a_run_on_other_data_has_no_settings_for_digits(runs_root):
    for_strokes = store.create(preset("best"), signs()).recipe()
    assert (for_strokes.drawn_digits, for_strokes.non_digits, for_strokes.scrawls) == (0, 0, 4000)
    assert for_strokes.augment == 0.8
    # Each of the 3 signs has 8 training drawings. The recipe asks for as many deformed drawings.
    assert for_strokes.own_drawings == 3 * 8
    assert store.create(preset("best"), signs(npz())).recipe().own_drawings == 0
    assert store.create(preset("quick"), signs()).recipe().own_drawings == 0
    assert store.create(preset("report"), signs()).recipe().validation == "split"


def test_full_disk_leaves_no_run(runs_root, full_disk):
    with pytest.raises(OSError, match="No space left"):
        store.create(preset("quick"), signs())
    assert list(runs_root.iterdir()) == []

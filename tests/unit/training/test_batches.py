"""Batches: the images of each epoch, and the scaling of their pixels."""

import numpy as np
import pytest

from bnn.data import pen_paths
from bnn.data.dataset import Split
from bnn.data.pen_drawings import PenDrawings
from bnn.recipes.pixels import LEVELS
from bnn.recipes.presets import preset
from bnn.recipes.recipe import batches_per_epoch, num_images_per_epoch
from bnn.training import batches, model
from bnn.training.backend import keras, tf
from tests.support.unipen import write_drawings

IMAGES = np.random.default_rng(3).integers(0, 256, (40, 28, 28), np.uint8)
SPLIT = Split(IMAGES, np.arange(40, dtype=np.uint8) % 10)


def recipe(**settings):
    return preset("quick").with_settings({"epochs": 5, "batch_size": 128, "drawn_digits": 0, **settings})


def in_any_order(images):
    return sorted(image.tobytes() for image in images)


@pytest.mark.parametrize("epoch, is_plain", [(1, False), (3, False), (4, True), (5, True)])
def test_images_of_the_last_epochs_are_not_deformed(epoch, is_plain):
    images, labels = batches.pass_images(recipe(augment=1.0, plain_epochs=2), SPLIT, epoch)
    assert (in_any_order(images) == in_any_order(IMAGES)) == is_plain
    assert sorted(labels) == sorted(SPLIT.labels)


@pytest.mark.parametrize("number, is_plain", [(1, False), (6, False), (7, True), (10, True)])
def test_no_pass_of_the_last_epochs_deforms_images(number, is_plain):
    settings = dict(augment=1.0, plain_epochs=2, passes_per_epoch=2)
    images, _ = batches.pass_images(recipe(**settings), SPLIT, number)
    assert (in_any_order(images) == in_any_order(IMAGES)) == is_plain


def test_each_pass_of_an_epoch_has_batches_of_its_own():
    twice = recipe(passes_per_epoch=2, epochs=2, batch_size=16, augment=1.0)
    assert batches_per_epoch(twice, len(IMAGES)) == 6
    made = [inputs.numpy() for inputs, _ in batches.training_batches(twice, SPLIT)]
    assert [len(inputs) for inputs in made] == [16, 16, 8] * 4
    assert num_images_per_epoch(twice, len(IMAGES)) == 2 * (16 + 16 + 8)
    once = recipe(epochs=4, batch_size=16, augment=1.0)
    for inputs, (expected, _) in zip(made, batches.training_batches(once, SPLIT), strict=True):
        assert np.array_equal(inputs, expected.numpy())
    # A resumed training gets the rest of these batches.
    rest = [inputs.numpy() for inputs, _ in batches.training_batches(twice, SPLIT, range(2, 3), skip=4)]
    assert np.array_equal(np.concatenate(rest), np.concatenate(made[10:]))


def test_no_pass_after_the_epochs_is_made(monkeypatch):
    """After a resume within an epoch, the training first takes only the rest of this epoch."""
    made, make = [], batches.pass_images

    def pass_images(recipe, split, number, own):
        made.append(number)
        return make(recipe, split, number, own)

    monkeypatch.setattr(batches, "pass_images", pass_images)
    twice = recipe(passes_per_epoch=2, epochs=5, batch_size=16)
    rest = list(batches.training_batches(twice, SPLIT, range(2, 3), skip=4))
    assert [len(inputs) for inputs, _ in rest] == [16, 8]
    assert made == [4]


@pytest.mark.parametrize("labels", [np.arange(5000) // 500, np.arange(5000) % 10], ids=["sorted", "in turn"])
def test_chosen_images_have_all_classes_in_any_order_of_the_data(labels):
    # The indices of the images take the place of the images.
    indices, labels_of_some = batches.some(Split(np.arange(5000), labels), 250, seed=1)
    assert np.array_equal(labels[indices], labels_of_some)
    assert len(set(indices)) == 250
    assert np.bincount(labels_of_some).min() > 10
    assert len(batches.some(SPLIT, 250, seed=1).labels) == 40


def test_epochs_use_all_images_equally_often():
    images = [batches.pass_images(recipe(training_images=30), SPLIT, epoch).images for epoch in range(1, 5)]
    assert in_any_order(np.concatenate(images)) == in_any_order(np.concatenate([IMAGES] * 3))
    assert in_any_order(images[0]) != in_any_order(images[1])


def test_images_of_an_epoch_depend_on_its_number_and_the_seed():
    one = recipe(augment=1.0, drawn_digits=10, non_digits=5)
    first, again, later = (batches.pass_images(one, SPLIT, epoch) for epoch in (2, 2, 3))
    assert np.array_equal(first.images, again.images)
    assert np.array_equal(first.labels, again.labels)
    assert not np.array_equal(first.images, later.images)
    assert (first.labels == batches.NO_DIGIT).sum() == 5
    assert len(first.images) == 55


def test_epoch_has_digits_and_letters_by_many_people(tmp_path, monkeypatch):
    write_drawings(tmp_path / "letters.jsonl.gz", 10, "AX")
    monkeypatch.setenv("BNN_UNIPEN", str(write_drawings(tmp_path / "digits", 10, [3])))
    one = recipe(augment=1.0, pen_digits=30, pen_letters=20, plain_epochs=1)
    first, again, last = (batches.pass_images(one, SPLIT, epoch) for epoch in (2, 2, 5))
    assert np.array_equal(first.images, again.images)
    assert len(first.images) == len(last.images) == num_images_per_epoch(one, len(IMAGES)) == 90
    for epoch in (first, last):
        assert (epoch.labels == batches.NO_DIGIT).sum() == 20
        assert (epoch.labels == 3).sum() == 30 + (SPLIT.labels == 3).sum()
    assert batches_per_epoch(one, len(IMAGES)) == 1
    assert batches_per_epoch(one, len(IMAGES) + 39) == 2


def own_drawings():
    """Returns two drawings of one line each, which are labelled 1 and 7."""
    paths = pen_paths.gather([[np.array([[0.0, 0.0], [0.0, 9.0]])], [np.array([[0.0, 0.0], [9.0, 9.0]])]])
    return PenDrawings(paths, np.array([1, 7], np.uint8), np.array([0.5, 0.5]))


@pytest.mark.parametrize("kind", ["training", "repeated", "validation"])
def test_end_of_a_training_does_not_wait_for_tensorflows_tuning(kind):
    if kind == "validation":
        dataset = batches.evaluation_batches(recipe(), SPLIT)
    else:
        settings = {"trained_layers": 2, "starts_from": "shipped"} if kind == "repeated" else {}
        dataset = batches.training_batches(recipe(own_drawings=5, **settings), SPLIT, own=own_drawings())
    assert dataset.options().autotune.enabled is False


def test_an_epoch_has_some_of_mnist_and_the_visitors_own_drawings():
    own = own_drawings()
    one = recipe(own_drawings=24, training_images=10)
    first, again, later = (batches.pass_images(one, SPLIT, epoch, own) for epoch in (2, 2, 3))
    assert np.array_equal(first.images, again.images)
    from_mnist = [set(in_any_order(split.images)) & set(in_any_order(IMAGES)) for split in (first, later)]
    assert [len(images) for images in from_mnist] == [10, 10]
    assert from_mnist[0] != from_mnist[1]
    assert len(first.images) == 34
    assert (first.labels == 1).sum() + (first.labels == 7).sum() >= 24
    assert batches_per_epoch(one, len(IMAGES)) == 1


def test_all_images_but_the_visitors_own_drawings_are_to_be_answered_as_before():
    settings = dict(own_drawings=24, drawn_digits=6, non_digits=5, starts_from="any")
    by_label, distilled = (
        batches.pass_images(recipe(**settings, distill=distill), SPLIT, 2, own_drawings())
        for distill in (False, True)
    )
    assert np.array_equal(by_label.images, distilled.images)
    is_as_before = distilled.labels == batches.AS_BEFORE
    assert is_as_before.sum() == len(SPLIT.labels) + 6 + 5
    assert np.array_equal(distilled.labels[~is_as_before], by_label.labels[~is_as_before])
    assert set(distilled.labels[~is_as_before]) == {1, 7}


def test_batches_of_own_drawings_for_the_last_layers_are_prepared_once_and_repeated_in_every_epoch():
    settings = dict(starts_from="any", trained_layers=2, batch_size=16, epochs=3)
    one, own = recipe(own_drawings=24, training_images=16, **settings), own_drawings()
    prepared = []

    def count(images):
        prepared.append(len(images))
        return images

    def prepare(images, labels):
        return tf.numpy_function(count, [images], tf.uint8), labels

    nine = batches.training_batches(one, SPLIT, own=own, prepare=prepare).take(9)
    images_of_batches = [images.numpy() for images, _ in nine]
    assert [len(images) for images in images_of_batches] == [16, 16, 8] * 3
    for images, images_of_next_epoch in zip(images_of_batches, images_of_batches[3:], strict=False):
        assert np.array_equal(images, images_of_next_epoch)
    assert sum(prepared) == 40
    after_skip = batches.training_batches(one, SPLIT, range(2, 4), 2, own=own, prepare=prepare).take(2)
    # The last batch of epoch 2 and the first of epoch 3.
    expected = [images_of_batches[2].tobytes(), images_of_batches[0].tobytes()]
    assert [images.numpy().tobytes() for images, _ in after_skip] == expected


@pytest.mark.parametrize("settings", [{}, {"own_drawings": 8, "augment": 0.4}])
def test_other_recipes_for_the_last_layers_get_new_batches_in_every_epoch(settings):
    one = recipe(starts_from="any", trained_layers=2, training_images=16, batch_size=24, epochs=2, **settings)
    first, second = (x.numpy() for x, _ in batches.training_batches(one, SPLIT, own=own_drawings()))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize(
    "pixels, expected",
    [
        ("unit", [[0.0], [0.2], [1.0]]),
        ("signed", [[-1.0], [-0.6], [1.0]]),
        ("grey", [[0.0], [51.0], [255.0]]),
    ],
)
def test_pixels_are_scaled(pixels, expected):
    image = np.array([[[0, 51, 255]]], np.uint8)
    scaled = batches.scale(recipe(pixels=pixels), image)
    np.testing.assert_allclose(scaled[0, 0], expected, atol=1e-6)


def test_levels_give_one_bit_for_each_threshold():
    values = [0, 31, 32, 95, 96, 159, 160, 223, 224, 255]
    scaled = batches.scale(recipe(pixels="levels"), np.array([[values]], np.uint8))
    assert scaled.shape == (1, 1, 10, len(LEVELS))
    # The sign of 0 is +1.
    assert (np.asarray(scaled) >= 0).sum(axis=-1).tolist() == [[[0, 0, 1, 1, 2, 2, 3, 3, 4, 4]]]


def test_training_step_reuses_the_memory_of_the_step_before():
    resource = pytest.importorskip("resource", reason="page faults are counted on Linux and macOS only")
    many = Split(np.tile(IMAGES, (48, 1, 1)), np.tile(SPLIT.labels, 48))
    one = preset("report-signed")
    network = model.build(one)
    model.compile_model(network, one, steps_per_epoch=30)
    faults = []
    count = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda step, logs: faults.append(
            (step, resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
        )
    )
    network.fit(batches.training_batches(one, many), steps_per_epoch=30, callbacks=[count], verbose=0)
    (first, before), (last, after) = faults[-3], faults[-1]
    # If every step takes its memory from the system and returns it, there are 22,700 page faults in a step.
    assert (after - before) / (last - first) < 700

"""A tiny network is trained with the answers of another network as targets."""

from threading import Event

import numpy as np
import pytest

from bnn.data import mnist
from bnn.data.dataset import DIGITS
from bnn.drawing.stroke_files import to_line
from bnn.engine import file, inference
from bnn.recipes.recipe import Recipe
from bnn.runs import store
from bnn.system.files import write_atomically
from bnn.training import batches, loop
from bnn.training.backend import tf
from bnn.training.model import DigitAccuracy
from bnn.training.trainable_model import build_trainable
from bnn.training.training_data import TrainingData

SHAPE = dict(stages=((5,), (7,)), dense=(9,))
TEST = mnist.test().first(500)
DATA = TrainingData(TEST, TEST, TEST, DIGITS, own=None)


@pytest.fixture
def start(runs_root, random_network):
    """A run with a random network."""
    run = store.create(Recipe(name="test", sentence="", **SHAPE))
    write_atomically(run.model_path, file.to_bytes(random_network(**SHAPE)))
    return run


def new_run(start, **settings):
    settings = dict(epochs=1) | settings
    return store.create(
        Recipe(name="test", sentence="", starts_from=start.id, trained_layers=2, **SHAPE, **settings)
    )


def test_images_that_are_answered_as_before_have_the_models_first_answers_as_targets(start):
    run = new_run(start, distill=True)
    trainable = build_trainable(run, run.recipe(), DATA)
    labels = TEST.labels.copy()
    labels[::2], labels[1] = batches.AS_BEFORE, batches.NO_DIGIT
    targets = trainable.targets(tf.constant(TEST.images), tf.constant(labels)).numpy()
    # Like the Keras model's answers, the targets do not use the packed network's temperature of 1.5.
    answers = trainable.model.predict(trainable.to_inputs(TEST.images), verbose=0)
    np.testing.assert_allclose(targets[::2], answers[::2], atol=1e-4)
    np.testing.assert_allclose(targets[1], 0.1)
    np.testing.assert_array_equal(targets[3::2], np.eye(10)[TEST.labels[3::2]])


def test_without_distillation_all_targets_are_those_of_the_labels(start):
    run = new_run(start)
    targets = build_trainable(run, run.recipe(), DATA).targets(
        tf.constant(TEST.images), tf.constant(TEST.labels)
    )
    np.testing.assert_array_equal(targets, np.eye(10)[TEST.labels])


@pytest.mark.slow
def test_a_network_that_learns_drawings_answers_the_rest_as_before(start):
    """The start network answers MNIST's digits at random. With labels as targets, it would learn MNIST."""
    before = inference.scores(file.load(start.model_path), TEST.images).argmax(axis=1)
    agreements = []
    for distill in (True, False):
        sizes = dict(own_drawings=60, training_images=800, batch_size=32, learning_rate=0.02, epochs=3)
        run = new_run(start, distill=distill, **sizes)
        write_atomically(run.examples_path, to_line([np.array([[0.0, 0.0], [9.0, 9.0]])], "7"))
        loop.train(run, Event(), num_images=800)
        after = inference.scores(file.load(run.model_path), TEST.images).argmax(axis=1)
        agreements.append(np.mean(after == before))
        # With distillation, a resumed training has a teacher again.
        teacher = build_trainable(run, run.recipe(), DATA).teacher
        assert (teacher is not None) == distill
    assert agreements[0] > 0.6 > agreements[1] + 0.1, agreements


def test_accuracy_counts_only_images_with_a_target_probability_above_one_half():
    accuracy = DigitAccuracy()
    targets = [[0.9, 0.1, 0.0], [0.3, 0.6, 0.1], [0.4, 0.3, 0.3], [1 / 3] * 3, [0.0, 0.0, 1.0]]
    answers = [[0.5, 0.2, 0.3], [0.9, 0.0, 0.1], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.1, 0.1, 0.8]]
    accuracy.update_state(tf.constant(targets), tf.constant(answers))
    assert accuracy.result().numpy() == pytest.approx(2 / 3)

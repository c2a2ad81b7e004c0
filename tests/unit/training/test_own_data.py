"""Data files: real trainings on pen strokes, and batch-norm statistics if images are sorted by class."""

from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest

from bnn.analysis import metrics
from bnn.data import dataset, files
from bnn.engine import file
from bnn.recipes.presets import preset
from bnn.runs import store
from bnn.system.files import write_atomically
from bnn.training import fitting, loop, training_data
from tests.support.data_files import stroke_lines
from tests.support.small_trainings import new_run


@pytest.mark.slow
def test_data_file_of_strokes_is_learnt_and_tested_with_its_own_classes(runs_root):
    data = files.parse(stroke_lines(num_each=40), "signs")
    recipe = preset("quick").with_settings(dict(stages=((16,),), dense=(), batch_size=32, epochs=3))
    run = store.create(recipe.with_settings({"own_drawings": 300, "scrawls": 20}), data)
    loop.train(run, Event())
    network, test = file.load(run.model_path), run.test()
    assert network.class_names == ("cross", "hook", "roof")
    expected = metrics.evaluate(network, data.test())
    assert test["confusion_matrix"] == expected.confusion_matrix().tolist()
    assert test["num_images"] == 18
    assert test["accuracy"] > 0.8
    assert run.recipe().validation == "split"


@pytest.mark.slow
def test_signs_are_learnt_on_top_of_a_network_for_digits(runs_root, random_network, monkeypatch):
    """The network of the recipe `symbols`, but smaller. The layers before the last two stay as they are."""
    start = new_run(stages=((12,),), dense=(24,), pool_first=True, pixels="signed")
    network = random_network(stages=((12,),), dense=(24,), pool_first=True)
    write_atomically(start.model_path, file.to_bytes(network))
    changes = dict(stages=((12,),), dense=(24,), pixels="signed", starts_from=start.id)
    recipe = preset("symbols").with_settings(changes | dict(own_drawings=300, other_signs=60, epochs=4))
    data = files.parse(stroke_lines(num_each=10), "signs")
    run = store.create(recipe, data)
    loop.train(run, Event())
    learnt = file.load(run.model_path)
    assert learnt.class_names == ("cross", "hook", "roof")
    np.testing.assert_array_equal(learnt.layers[0].weights, network.layers[0].weights)
    assert run.test()["num_images"] == 3
    assert run.history()["validation_accuracy"].max() > 0.8
    # The data set has only 3 validation drawings. Deformed drawings are added to them. Without these, each
    # accuracy would be a multiple of 1/3.
    images = training_data.load(run, run.recipe(), data)
    assert len(images.validation.labels) == training_data.MIN_VALIDATION


def test_batch_norm_statistics_of_kept_networks_are_those_of_all_classes(runs_root):
    """The images of a data file may be sorted by class."""
    run, labels = new_run(), np.repeat(np.arange(10, dtype=np.uint8), 100)
    # Every pixel of an image has the number of the image's class as its value.
    images = np.broadcast_to(labels[:, None, None], (1000, 28, 28))
    data = SimpleNamespace(training=dataset.Split(images, labels))
    trainable = SimpleNamespace(to_inputs=lambda images: images)
    fitted = fitting.Fitting(run, run.recipe(), trainable, data, position=None, first_step_done=Event())
    assert np.unique(fitted._snapshot_images).tolist() == list(range(10))

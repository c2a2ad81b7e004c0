"""A training can start from another run's network, if the layers and classes fit."""

import shutil
from types import SimpleNamespace

import pytest

from bnn.data.dataset import DIGITS
from bnn.engine import file
from bnn.recipes.presets import preset
from bnn.recipes.recipe import Recipe
from bnn.runs import starting, store, trainings
from bnn.runs.run_data import MNIST_FACTS
from bnn.runs.sources import sources
from bnn.system.files import write_atomically

SHAPE = dict(stages=((5,), (7,)), dense=(9,))


def recipe(**settings):
    return Recipe(name="test", sentence="", **{**SHAPE, **settings})


@pytest.fixture
def source(runs_root, random_network):
    """A run with a network."""
    made = store.create(recipe())
    write_atomically(made.model_path, file.to_bytes(random_network(**SHAPE)))
    return made


def test_network_is_copied_and_stays_when_the_other_run_is_deleted(source):
    content = source.model_path.read_bytes()
    run = store.create(recipe(starts_from=source.id))
    first = starting.load_start(run)
    assert run.start_path.read_bytes() == content
    sources_before = sources(run)
    store.rename(source, "renamed")
    shutil.rmtree(source.folder)
    assert file.to_bytes(starting.load_start(run)) == file.to_bytes(first)
    assert sources(run) == sources_before == [MNIST_FACTS.credit]


@pytest.fixture
def launched(monkeypatch):
    """The runs whose trainers were started. In this test, none is."""
    runs = []
    monkeypatch.setattr(trainings, "launcher", lambda: SimpleNamespace(launch=runs.append))
    return runs


def test_queued_training_needs_the_other_run_no_more(source, launched):
    content = source.model_path.read_bytes()
    run = trainings.start(recipe(starts_from=source.id))
    shutil.rmtree(source.folder)
    assert launched == [run]
    assert file.to_bytes(starting.load_start(run)) == content
    assert sources(run) == [MNIST_FACTS.credit]


def test_queued_training_starts_from_the_network_that_was_there_when_it_was_started(
    source, launched, random_network
):
    content = source.model_path.read_bytes()
    run = trainings.start(recipe(starts_from=source.id))
    write_atomically(source.model_path, file.to_bytes(random_network(**SHAPE, seed=1)))
    assert file.to_bytes(starting.load_start(run)) == content


def test_training_that_cannot_start_from_the_other_run_leaves_no_run(source, launched):
    source.model_path.unlink()
    with pytest.raises(ValueError, match=f"run {source.id} has no network yet"):
        trainings.start(recipe(starts_from=source.id))
    assert [run for run in store.all_runs() if not run.shipped] == [source]
    assert launched == []


@pytest.mark.parametrize("name", ["record", "shipped", "quick"])
def test_shipped_runs_can_be_trained_further(name):
    starting.check_start(store.find(name).recipe().with_settings({"starts_from": name}), DIGITS)


def test_recipe_of_the_shipped_network_can_go_on_from_the_run_that_it_names():
    starting.check_start(preset("anyone"), DIGITS)


def test_nothing_is_checked_without_another_run():
    starting.check_start(recipe(), DIGITS)


@pytest.mark.parametrize(
    "settings, words",
    [
        ({"stages": ((5,), (8,))}, r"convolution 45 to 8, pooled last"),
        ({"stages": ((5,), (7,)), "dense": ()}, "dense 343 to 10"),
        ({"pool_first": True}, "convolution 9 to 5, pooled first"),
        ({"pixels": "unit"}, "pixels from 0"),
    ],
)
def test_network_with_other_layers_is_refused(source, settings, words):
    with pytest.raises(ValueError, match=f"cannot start from run {source.id}, .* other layers: .*{words}"):
        starting.check_start(recipe(starts_from=source.id, **settings), DIGITS)


def test_other_classes_are_refused(source, random_network):
    network = random_network(**SHAPE, class_names=("heart", "star"))
    write_atomically(source.model_path, file.to_bytes(network))
    with pytest.raises(ValueError, match=r"other classes: heart, star \(the data: 0, 1, .*trained_layers"):
        starting.check_start(recipe(starts_from=source.id), DIGITS)
    # With the same classes, or if only the last layers are new, the network can be used.
    starting.check_start(recipe(starts_from=source.id), ("heart", "star"))
    starting.check_start(recipe(starts_from=source.id, trained_layers=1), DIGITS)
    with pytest.raises(ValueError, match=r"other classes: heart, star .* set distill to false"):
        starting.check_start(recipe(starts_from=source.id, trained_layers=1, distill=True), DIGITS)
    # The trainer loads the network before it knows the classes of the data.
    assert starting.load_start(store.create(recipe(starts_from=source.id))).class_names == ("heart", "star")


def test_missing_run_or_network_is_named(source):
    with pytest.raises(ValueError, match="there is no run 'gone'"):
        starting.check_start(recipe(starts_from="gone"), DIGITS)
    source.model_path.unlink()
    with pytest.raises(ValueError, match=f"run {source.id} has no network yet to start from"):
        starting.check_start(recipe(starts_from=source.id), DIGITS)

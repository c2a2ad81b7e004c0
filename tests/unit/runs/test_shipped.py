"""The example runs are complete, and their networks are as accurate as their files say."""

import pytest

from bnn.analysis import metrics
from bnn.data import mnist
from bnn.engine import file
from bnn.recipes.presets import PRESETS, preset
from bnn.runs import starting, store

SHIPPED = [run for run in store.all_runs() if run.shipped]


def by_id(run):
    return run.id


def test_default_run_is_an_example_run():
    assert store.DEFAULT_RUN in {run.id for run in SHIPPED}


def test_signs_can_be_learnt_from_the_default_run():
    assert preset("symbols").starts_from == store.DEFAULT_RUN
    starting.check_start(preset("symbols"), ("heart", "star"))


@pytest.mark.parametrize("run", SHIPPED, ids=by_id)
def test_number_of_test_digits_read_right_is_the_recorded_one(run):
    evaluation = metrics.evaluate(file.load(run.model_path), mnist.test())
    recorded = run.test()
    assert evaluation.num_correct == recorded["num_correct"]
    assert evaluation.confusion_matrix().tolist() == recorded["confusion_matrix"]


@pytest.mark.parametrize("run", SHIPPED, ids=by_id)
def test_run_is_finished_and_has_the_recipe_of_a_preset(run):
    assert run.recipe() == PRESETS[run.recipe().name]
    assert run.history()["epoch"].tolist() == list(range(1, run.recipe().epochs + 1))
    assert run.status().state == "finished"


@pytest.mark.parametrize("run", SHIPPED, ids=by_id)
def test_run_has_every_epoch_and_its_network_is_the_best_one(run):
    history = run.history().set_index("epoch")
    measure = run.recipe().best_by
    best = run.recipe().epochs if measure == "last" else int(history["validation_accuracy"].idxmax())
    assert measure != "loss"
    assert run.test()["epoch"] == best
    assert run.epoch_path(best).read_bytes() == run.model_path.read_bytes()
    for epoch in range(1, run.recipe().epochs + 1):
        assert file.load(run.epoch_path(epoch)).num_weights == run.recipe().num_weights


@pytest.mark.parametrize("run", SHIPPED, ids=by_id)
def test_every_network_has_as_many_looks_as_the_recipe_says(run):
    paths = [run.model_path, *run.folder.glob("epochs/*"), *run.folder.glob("batches/*.safetensors")]
    assert {file.load(path).has_three_looks for path in paths} == {run.recipe().has_three_looks}


@pytest.mark.parametrize("run", SHIPPED, ids=by_id)
def test_file_has_little_more_than_one_bit_per_weight(run):
    assert run.model_path.stat().st_size <= 1.05 * run.recipe().num_weights / 8

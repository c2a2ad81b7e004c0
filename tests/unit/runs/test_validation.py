"""The best epoch of a run, by accuracy and by loss."""

import pytest

from bnn.recipes.presets import preset
from bnn.runs import store, validation

# The second and the fourth epoch are the most accurate. The third has the lowest loss.
ACCURACIES, LOSSES = (0.90, 0.98, 0.97, 0.98), (0.40, 0.20, 0.10, 0.30)


@pytest.fixture
def make():
    """A function that makes a run with a history. Its recipe chooses the best epoch by the given measure."""

    def make(best_by, num_epochs):
        run = store.create(preset("quick").with_settings({"best_by": best_by}))
        for epoch, (accuracy, loss) in enumerate(zip(ACCURACIES, LOSSES, strict=True), 1):
            row = dict(loss=1.0, accuracy=0.5, flip_ratio=0.1, seconds=1.0)
            if epoch <= num_epochs:
                run.append_history(
                    dict(epoch=epoch, validation_loss=loss, validation_accuracy=accuracy, **row)
                )
        return run

    return make


@pytest.mark.parametrize(
    "best_by, best, accuracy", [("accuracy", 2, 0.98), ("loss", 3, 0.97), ("last", 4, ACCURACIES[3])]
)
def test_best_epoch_is_chosen_by_the_measure_of_the_recipe(make, best_by, best, accuracy):
    run = make(best_by, 4)
    assert validation.best_epoch(run) == best
    assert validation.network_accuracy(run) == accuracy


def test_first_of_two_equally_good_epochs_is_the_best_one(make):
    assert validation.best(make("accuracy", 4)) == (2, 0.98, 0.20)


def test_accuracy_decides_if_the_recipe_is_damaged(make):
    run = make("loss", 4)
    (run.folder / "recipe.json").write_text("{")
    assert validation.best(run) == (2, 0.98, 0.20)


def test_run_without_an_epoch_has_no_best_one(make):
    with pytest.raises(ValueError, match=r"has no readable history\.csv"):
        validation.best_epoch(make("accuracy", 0))


def test_run_without_an_epoch_has_no_accuracy(make):
    assert validation.network_accuracy(make("loss", 0)) is None

"""Evaluate reports what cannot be read or measured in one sentence."""

from bnn.analysis import metrics
from bnn.engine import file
from bnn.system.files import write_atomically
from tests.support.page_content import words
from tests.support.pages import cells, open_page


def test_unreadable_recipe_is_reported_in_one_sentence(make_run):
    (make_run().folder / "recipe.json").write_text("{}")
    page = open_page("evaluate")
    assert len(page.error) == 1
    assert len([row for row in cells(page) if len(row) == 5]) == 10


def test_damaged_network_is_reported_in_one_sentence(make_run):
    make_run().model_path.write_bytes(b"no network")
    page = open_page("evaluate")
    assert len(page.error) == 1


def test_network_with_too_few_classes_for_the_images_is_reported(make_run, random_network):
    run = make_run()
    write_atomically(run.model_path, file.to_bytes(random_network(class_names=("a", "b"))))
    page = open_page("evaluate")
    (error,) = page.error
    assert error.value.startswith("The network has 2 classes, but the images have at least 10")
    # Nothing else is below the head of the page, so the error is in sight.
    assert not page.caption
    assert "Reading the 10,000 test" not in words(page)


def test_evaluation_that_has_failed_is_tried_again_in_the_next_rerun(make_run, monkeypatch):
    make_run()
    evaluate, errors = metrics.evaluate, [OSError("the disk has a fault")]

    def evaluate_or_fail(network, split):
        if errors:
            raise errors.pop()
        return evaluate(network, split)

    monkeypatch.setattr(metrics, "evaluate", evaluate_or_fail)
    page = open_page("evaluate")
    assert [error.value for error in page.error] == ["The disk has a fault."]
    assert not page.run().error
    assert "of 10,000" in words(page)

"""The leaderboard on the Audience page, without a browser."""

import json
import threading
from dataclasses import asdict, replace

import pytest

from bnn.analysis import final_test
from bnn.engine import file
from bnn.runs import run_data, store
from bnn.system.files import write_atomically
from pages.audience.leaderboard import ACCURACY, PER_KILOBYTE, entries, places
from tests.support import waiting
from tests.support.page_content import words
from tests.support.pages import cells, click, history_row, open_page
from tests.support.run_content import sound_test_result

pytestmark = pytest.mark.usefixtures("presenter")


@pytest.fixture
def named_run(make_run, random_network):
    """A function that makes a named run.

    `accuracy` is the validation accuracy of its third epoch, and `width` the number of its hidden neurons.
    """

    def named_run(name, accuracy, width=8, **settings):
        run = make_run(**settings)
        run.append_history(history_row(3) | {"validation_accuracy": accuracy})
        network = random_network(seed=1, stages=(), dense=(width,))
        write_atomically(run.model_path, file.to_bytes(network))
        store.rename(run, name)
        return run

    return named_run


def open_leaderboard():
    page = open_page("audience")
    page.segmented_control(key="audience-view").set_value("Leaderboard").run()
    assert not page.exception
    return page


def column(page, number):
    return [row[number] for row in cells(page)]


def headings(page):
    """Returns the name above each table, as Markdown."""
    return [each.value.removeprefix("**")[:-2] for each in page.markdown if each.value.startswith("**")]


def test_named_runs_are_sorted_by_accuracy_or_by_accuracy_per_kilobyte(named_run, make_run):
    large, small = named_run("Ann", 0.97, width=64), named_run("Ben", 0.96, width=4)
    make_run()
    assert [entry.run for entry in entries(store.all_runs(), ACCURACY)] == [large, small]
    found = entries(store.all_runs(), PER_KILOBYTE)
    assert [entry.run for entry in found] == [small, large]
    assert found[0].per_kilobyte == pytest.approx(96 / (small.model_path.stat().st_size / 1000))
    page = open_leaderboard()
    size = f"{8 * large.model_path.stat().st_size:,}"
    assert [row[:4] for row in cells(page)] == [
        ["1", "Ann", "97.00 %", size],
        ["2", "Ben", "96.00 %", cells(page)[1][3]],
    ]
    page.segmented_control(key="leaderboard-by").set_value(PER_KILOBYTE).run()
    assert [row[1] for row in cells(page)] == ["Ben", "Ann"]


def test_results_on_the_test_set_are_shown_only_after_a_press(named_run, monkeypatch):
    tested, untested, unfinished = (
        named_run("Ann", 0.97),
        named_run("Ben", 0.96),
        named_run("Cem", 0.95, state="stopped"),
    )
    tested.write_test(sound_test_result())
    measured = []

    def write_test(run):
        measured.append(run)
        return sound_test_result(num_images=300, num_correct=150)

    monkeypatch.setattr(final_test, "write_test", write_test)
    page = open_leaderboard()
    assert measured == []
    assert "7 of 8" not in words(page)
    click(page, "leaderboard-test-False")
    waiting.until(lambda: "…" not in column(page.run(), 3), "the test")
    assert column(page, 3) == ["7 of 8", "50.00 %", "–"]
    assert measured == [untested]
    assert unfinished.test() is None
    click(page, "leaderboard-test-True")
    assert "7 of 8" not in words(page)


def test_page_does_not_wait_for_a_test_and_does_not_repeat_a_failed_test(named_run, monkeypatch):
    named_run("Ann", 0.97)
    may_end, measured = threading.Event(), []

    def write_test(run):
        measured.append(run)
        may_end.wait(60)
        raise ValueError("no images")

    monkeypatch.setattr(final_test, "write_test", write_test)
    page = open_leaderboard()
    try:
        click(page, "leaderboard-test-False")
        assert column(page, 3) == ["…"]
    finally:
        may_end.set()
    waiting.until(lambda: column(page.run(), 3) != ["…"], "the test")
    assert column(page.run(), 3) == ["no images"]
    assert len(measured) == 1


def test_runs_that_cannot_be_compared_are_left_out(named_run, random_network):
    named_run("report", 0.99, recipe="report")
    network = random_network(stages=(), dense=(8,), pixel_threshold=0)
    write_atomically(named_run("blind", 0.1).model_path, file.to_bytes(network))
    named_run("damaged", 0.9).model_path.write_bytes(b"")
    good = named_run("good", 0.8)
    facts = replace(run_data.MNIST_FACTS, name="signs.zip", file="data.npz")
    (good.folder / "data.json").write_text(json.dumps(asdict(facts)))
    page = open_leaderboard()
    assert column(page, 1) == ["good"]
    assert headings(page) == ["signs.zip"]


def test_each_data_set_has_its_own_ranking(named_run):
    named_run("Ann", 0.97)
    for name, accuracy, file_name, sha256 in (
        ("Ben", 0.99, "signs.zip", "b" * 64),
        ("Cem", 0.98, "more signs.zip", "b" * 64),
        ("Dora", 0.96, "*clothes*.zip", "d" * 64),
    ):
        run = named_run(name, accuracy)
        facts = replace(run_data.MNIST_FACTS, name=file_name, file="data.npz", sha256=sha256)
        (run.folder / "data.json").write_text(json.dumps(asdict(facts)))
    page = open_leaderboard()
    assert [row[:2] for row in cells(page)] == [["1", "Ann"], ["1", "Dora"], ["1", "Ben"], ["2", "Cem"]]
    assert headings(page) == ["MNIST", r"\*clothes\*.zip", "signs.zip"]


def test_row_says_from_which_network_a_training_went_on(named_run, make_run):
    def go_on(run, start):
        run.write_recipe(replace(run.recipe(), starts_from=start))

    apps = make_run(run_id="shipped")
    store.SHIPPED.mkdir(exist_ok=True)
    apps.folder.rename(store.SHIPPED / apps.id)
    first = named_run("Ann", 0.97)
    assert "Started from" not in words(open_leaderboard())
    go_on(named_run("Ben", 0.96), "shipped")
    go_on(named_run("Cem", 0.95), first.id)
    go_on(named_run("Dora", 0.94), "deleted")
    page = open_leaderboard()
    assert "Started from" in words(page)
    starts = ["random weights", "The app’s network", "Ann", "deleted"]
    assert [row[1:3] for row in cells(page)] == [
        [name, start] for name, start in zip(("Ann", "Ben", "Cem", "Dora"), starts, strict=True)
    ]


def test_page_says_what_to_do_if_no_run_has_a_name(make_run):
    make_run()
    page = open_leaderboard()
    assert "Press “Rename” on the Train page" in page.info[0].value
    # Nothing can be ordered or tested.
    assert [control.key for control in page.segmented_control] == ["audience-view"]
    assert not [button for button in page.button if "test results" in button.label]
    assert not any("without a name" in caption.value for caption in page.caption)


def test_equal_results_share_a_place_and_the_faster_is_first(named_run):
    _, slow, _ = named_run("fast", 0.97), named_run("slow", 0.97), named_run("third", 0.9)
    slow.append_history(history_row(4) | {"validation_accuracy": 0.97, "seconds": 900.0})
    ranked = entries(store.all_runs(), ACCURACY)
    assert [entry.run.name() for entry in ranked] == ["fast", "slow", "third"]
    assert places(ranked, ACCURACY) == [1, 1, 3]
    assert column(open_leaderboard(), 0) == ["1", "1", "3"]


def test_one_line_says_why_some_runs_are_not_listed(named_run, make_run):
    named_run("Ann", 0.97)
    captions = [caption.value for caption in open_leaderboard().caption]
    assert not any("not listed" in caption for caption in captions)
    make_run()
    make_run()
    named_run("damaged", 0.9).model_path.write_bytes(b"")
    (line,) = [caption.value for caption in open_leaderboard().caption if "not listed" in caption.value]
    assert "2 without a name" in line
    assert "1 with a name, but not comparable" in line

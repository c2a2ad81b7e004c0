"""The sweep to which a run belongs is read from the run's folder. The best run of a sweep is found."""

import json
import os

import pytest

from bnn.runs import store, sweeps
from bnn.runs.sweeps import Sweep
from tests.support.run_content import STRANGE_BYTES
from tests.support.sweep_runs import OVER, trial

ACCURACY, LOSS = "validation_accuracy", "validation_loss"


@pytest.fixture(autouse=True)
def folder(runs_root):
    """An empty folder of runs."""


def test_a_run_keeps_its_sweep_and_other_runs_have_none(run):
    assert sweeps.sweep_of(run) is None
    member = trial(2, [0.5])
    assert sweeps.sweep_of(member) == Sweep("s", OVER, ACCURACY, 4, 2)
    assert sweeps.all_sweeps(store.all_runs()) == {"s": [member]}


@pytest.mark.parametrize("content", STRANGE_BYTES)
def test_a_damaged_file_is_no_sweep(content):
    member = trial(1, [0.5])
    (member.folder / "sweep.json").write_bytes(content)
    assert sweeps.sweep_of(member) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ""},
        {"id": "x" * 101},
        {"id": "x/../../y"},
        {"id": 7},
        {"over": "seed"},
        {"over": ["gone"]},
        {"over": [[]]},
        {"best_of": "accuracy"},
        {"best_of": []},
        {"num_runs": 0},
        {"num_runs": True},
        {"number": 201},
        {"number": 1.5},
        {"more": 1},
    ],
)
def test_a_file_with_a_wrong_value_is_no_sweep(changes):
    member = trial(1, [0.5])
    path = member.folder / "sweep.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    assert sweeps.sweep_of(member) is None


def test_the_best_recipe_is_found_by_the_mean_over_its_seeds():
    # The best run has the first recipe, but the second recipe has the better mean.
    first = [trial(1, [0.9, 0.99], seed=1), trial(2, [0.5, 0.4], seed=2)]
    second = [trial(3, [0.8, 0.7], learning_rate=0.1, seed=1), trial(4, [0.9], learning_rate=0.1, seed=2)]
    places = sweeps.ranking([*first, *second], ACCURACY)
    assert [place.runs for place in places] == [(second[1], second[0]), tuple(first)]
    assert [place.value for place in places] == pytest.approx([0.85, 0.745])
    assert sweeps.winner(places) == second[1]


def test_the_lowest_loss_is_the_best():
    worse, better = trial(1, [0.6, 0.5]), trial(2, [0.7], learning_rate=0.1)
    assert sweeps.value(worse, LOSS) == pytest.approx(0.4)
    assert sweeps.winner(sweeps.ranking([worse, better], LOSS)) == better


def test_the_measure_is_that_of_the_network_which_is_kept():
    last = trial(1, [0.9, 0.7], best_by="last")
    other = trial(2, [0.8, 0.75], learning_rate=0.1, best_by="last")
    assert sweeps.value(last, ACCURACY) == pytest.approx(0.7)
    assert sweeps.value(last, LOSS) == pytest.approx(0.3)
    assert sweeps.winner(sweeps.ranking([last, other], ACCURACY)) == other


def test_only_a_finished_run_wins():
    stopped, finished = trial(1, [0.99], "stopped"), trial(2, [0.6], learning_rate=0.1)
    other_seed = trial(3, [0.7], "stopped", learning_rate=0.1, seed=2)
    failed = trial(4, [], "failed", learning_rate=0.2)
    assert sweeps.winner(sweeps.ranking([stopped, finished, other_seed, failed], ACCURACY)) == finished
    assert sweeps.winner(sweeps.ranking([stopped, failed], ACCURACY)) is None
    assert sweeps.winner([]) is None
    assert [place.value for place in sweeps.ranking([stopped, failed], ACCURACY)] == [0.99, None]


def test_two_sweeps_at_once_have_different_ids(runs_root):
    with sweeps.new_id("quick") as one, sweeps.new_id("quick") as other:
        assert one != other
        assert sweeps.mark(runs_root, one).exists()
        assert store.passed_over() == {}
    assert list(runs_root.iterdir()) == []


def test_a_sweep_does_not_fail_because_a_page_has_its_mark_open(runs_root, monkeypatch):
    """On Windows, a file cannot be removed while another process has it open."""

    def refuse(path, missing_ok=False):
        raise PermissionError("a page has it open")

    with monkeypatch.context() as patch, sweeps.new_id("quick") as sweep_id:
        patch.setattr(type(runs_root), "unlink", refuse)
    assert not sweeps.is_going_on(sweep_id)


def test_the_mark_of_a_killed_sweep_is_removed_by_the_next_one(runs_root):
    """The mark of a sweep is a file that exists while the sweep is going on."""
    killed = sweeps.mark(runs_root, "killed")
    with sweeps.new_id("quick") as going_on:
        killed.touch()
        for path in (killed, sweeps.mark(runs_root, going_on)):
            os.utime(path, (1, 1))
        with sweeps.new_id("quick"):
            assert not killed.exists()
            assert sweeps.mark(runs_root, going_on).exists()

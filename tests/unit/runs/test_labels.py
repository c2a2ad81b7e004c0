"""What runs are called on screen: no two labels in a list look the same."""

import pytest

from bnn.recipes.presets import PRESETS
from bnn.runs import store
from bnn.runs.labels import look, run_label, run_labels
from bnn.runs.run import Run


def make_run(root, run_id, name):
    """Makes a run with this name, whether or not `store.rename` would allow it."""
    run = Run(run_id, root / run_id)
    run.write_recipe(PRESETS["quick"])
    (run.folder / "name.txt").write_text(name, "utf-8")
    return run


def test_old_run_with_the_name_of_an_example_run_is_told_apart(runs_root):
    mine = make_run(runs_root, "20260131-094500-quick", "The app\u2019s network")
    make_run(runs_root, "20260131-094501-quick", "quick (example)")
    labels = run_labels(store.all_runs())
    assert labels[store.DEFAULT_RUN] == "The app\u2019s network"
    assert labels["quick"] == "quick (example)"
    assert labels[mine.id] == f"The app\u2019s network ({mine.id})"
    assert len(set(map(look, labels.values()))) == len(labels)


def test_copied_folders_are_told_apart_and_others_keep_their_label(runs_root):
    runs = [make_run(runs_root, run_id, name) for run_id, name in (("a", "Ann"), ("b", "Ann"), ("c", "Ben"))]
    assert run_labels(runs) == {"a": "Ann (a)", "b": "Ann (b)", "c": "Ben"}
    assert run_label(runs[0]) == "Ann"


@pytest.mark.parametrize(
    "names",
    [
        {"a": "Ann", "b": "Ann", "c": "Ann (a)"},
        {"c": "Ann (a)", "b": "Ann", "a": "Ann"},
        {"b": "x (a)", "c": "x (a)", "a) (b": "x", "d": "x"},
        {"a": "Ann", "a\u00b2": "Ann", "a2": "Ann"},
    ],
)
def test_labels_differ_also_with_the_ids_behind_them(runs_root, names):
    labels = run_labels([make_run(runs_root, run_id, name) for run_id, name in names.items()])
    assert len(set(map(look, labels.values()))) == len(names)
    assert all(labels[run_id].startswith(name) for run_id, name in names.items())


def test_run_cannot_get_the_name_that_another_run_is_shown_with(runs_root):
    for run_id in ("a", "b"):
        make_run(runs_root, run_id, "Ann")
    other = make_run(runs_root, "c", "Ben")
    with pytest.raises(ValueError, match="another run is called"):
        store.rename(other, "ann (A)")
    # Alone, the other run is called Ann.
    store.rename(store.find("b"), "Ann (a)")
    assert run_labels(store.all_runs())["a"] == "Ann"


def test_joiners_do_not_make_names_look_different():
    assert look("👨\u200d👩") == look("👨👩")

"""What runs are called on screen: no two labels in a list look the same."""

import json
from dataclasses import asdict

import pytest

from bnn.recipes.presets import PRESETS
from bnn.runs import run_data, store
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
def test_label_with_an_id_added_differs_from_all_other_labels(runs_root, names):
    labels = run_labels([make_run(runs_root, run_id, name) for run_id, name in names.items()])
    assert len(set(map(look, labels.values()))) == len(names)
    assert all(labels[run_id].startswith(name) for run_id, name in names.items())


def make_run_of_signs(root, run_id, *names):
    """Makes a run that has learnt signs with these names."""
    run = Run(run_id, root / run_id)
    run.write_recipe(PRESETS["symbols"])
    facts = run_data.DataFacts("signs.jsonl", names, "", "", 5, 5, 5, "data.jsonl.gz", "0" * 64)
    (run.folder / run_data.FACTS_NAME).write_text(json.dumps(asdict(facts)), "utf-8")
    return run


def test_run_of_draw_or_teach_is_named_after_what_it_has_learnt(runs_root):
    signs = make_run_of_signs(runs_root, "20260131-094500-symbols", "heart", "star", "house")
    many = make_run_of_signs(runs_root, "20260131-094500-symbols-2", *(f"sign number {i}" for i in range(9)))
    hand = Run("20260131-094501-mine", runs_root / "20260131-094501-mine")
    assert [run_label(run) for run in (signs, hand)] == ["Signs: heart, star, house", "Learnt hand"]
    assert run_label(many) == "Signs: sign number 0, sign number 1, sign number 2, …"
    (signs.folder / "name.txt").write_text("Ann's", "utf-8")
    assert run_label(signs) == "Ann's"
    (many.folder / run_data.FACTS_NAME).write_text("{", "utf-8")
    assert run_label(many) == "symbols-2, 31 Jan 09:45:00"


def test_runs_that_learnt_the_same_are_told_apart_by_the_time_of_their_start(runs_root):
    first = make_run_of_signs(runs_root, "20260131-094500-symbols", "heart", "star")
    second = make_run_of_signs(runs_root, "20260201-094500-symbols", "heart", "star")
    third = make_run_of_signs(runs_root, "20260201-094500-symbols-2", "heart", "star")
    assert list(run_labels([first, second, third]).values()) == [
        "Signs: heart, star (31 Jan 09:45:00)",
        "Signs: heart, star (1 Feb 09:45:00)",
        f"Signs: heart, star (1 Feb 09:45:00) ({third.id})",
    ]


def test_run_cannot_get_the_name_that_another_run_is_shown_with(runs_root):
    for run_id in ("a", "b"):
        make_run(runs_root, run_id, "Ann")
    other = make_run(runs_root, "c", "Ben")
    with pytest.raises(ValueError, match="another run is called"):
        store.rename(other, "ann (A)")
    # Now only one run is called Ann, so the id is left out of its label.
    store.rename(store.find("b"), "Ann (a)")
    assert run_labels(store.all_runs())["a"] == "Ann"


def test_joiners_do_not_make_names_look_different():
    assert look("👨\u200d👩") == look("👨👩")

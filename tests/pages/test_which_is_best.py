"""The table and the chart of a sweep on the Train page, without a browser."""

import json
from dataclasses import replace
from pathlib import Path

import altair as alt
import pytest
from filelock import FileLock

from bnn.runs import store, sweeps
from bnn.runs.run import Run
from pages.shared import head
from pages.train import sweep_chart, which_is_best
from pages.train.sweep_chart import Line
from tests.support.pages import cells, open_page
from tests.support.run_content import sound_test_result
from tests.support.sweep_runs import trial

AXES = ["learning rate", "stages", "validation"]
LINES = [
    Line("a", "A", ("0.1", "32"), 0.5, "50.00 %"),
    Line("b", "B", ("0.2", "48"), 0.9, "90.00 %"),
    Line("c", "C", ("0.1", "48"), 0.7, "70.00 %"),
    Line("d", "D", ("0.3", "48"), None, "–"),
]


@pytest.fixture
def runs(runs_root):
    """A finished run, a better one, one that was stopped early, and one stopped before an epoch ended."""
    early = trial(3, [0.4], "stopped", learning_rate=0.2, seed=2)
    early.write_status(replace(early.written_status(), stopped_early=True))
    return [
        trial(1, [0.6, 0.7]),
        trial(2, [0.8, 0.75], learning_rate=0.1, stages=((4, 8), (2,))),
        early,
        trial(4, [], "stopped", learning_rate=0.3),
    ]


def texts(page):
    """Returns the headings and captions of the page."""
    return " ".join(element.value for element in (*page.subheader, *page.caption))


def test_without_a_sweep_nothing_is_shown(make_run):
    make_run()
    assert "Which is best?" not in texts(open_page("train"))


def test_places_settings_and_winner_are_shown_and_a_run_can_be_opened(runs):
    runs[1].write_test(sound_test_result())
    page = open_page("train")
    text = texts(page)
    assert "Which is best?" in text
    assert "4 of 4 trainings have ended." in text
    assert "It reads 87.50\u00a0% of the test images right." in text
    rows = [row for row in cells(page) if row[0] in "1234" and len(row) == 8]
    assert [row[:3] for row in rows] == [
        ["1", "0.1", "4, 8 | 2"],
        ["2", "0.005", "32 | 64"],
        ["3", "0.2", "32 | 64"],
        ["4", "0.3", "32 | 64"],
    ]
    assert [row[4] for row in rows] == ["finished", "finished", "stopped early", "stopped"]
    assert [row[5] for row in rows] == ["80.00 %", "70.00 %", "40.00 %", "–"]
    box = next(box for box in page.selectbox if box.key == "open-sweep-0")
    box.select(runs[0].id).run()
    assert not page.exception
    assert page.session_state["run_shown"] == runs[0].id


def test_sweep_is_over_when_all_trainings_were_deleted_or_have_ended(runs):
    for run in runs[:3]:
        store.delete(run)
    trial(2, [], "failed")
    assert (
        "2 of 2 trainings have ended. 1 failed or was interrupted. None is finished, so there is no best one."
    ) in texts(open_page("train"))


def test_no_best_run_is_named_while_the_sweep_goes_on(runs, runs_root):
    for run in runs[:3]:
        store.delete(run)
    with FileLock(sweeps.mark(runs_root, "s")):
        text = texts(open_page("train"))
    assert "1 of 4 trainings have ended. The best one is known when one of them is finished." in text


def test_when_all_trainings_have_failed_the_sweep_is_over_although_it_still_holds_its_lock(runs_root):
    """When the last training ends, the page reruns at once. It does not rerun when the lock is released."""
    for number in (1, 2, 3, 4):
        trial(number, [], "failed")
    with FileLock(sweeps.mark(runs_root, "s")):
        text = texts(open_page("train"))
    assert "4 of 4 trainings have ended. 4 failed or were interrupted. None is finished" in text


def test_one_training_is_named_in_the_singular(runs_root):
    trial(1, [0.6])
    assert "1 of 1 training has ended." in texts(open_page("train"))


def test_each_history_is_read_once_for_the_table_and_the_chart(runs, monkeypatch):
    read, history = [], Run.history
    monkeypatch.setattr(Run, "history", lambda run: read.append(run.id) or history(run))
    monkeypatch.setattr(which_is_best.st, "vega_lite_chart", lambda *_, **__: None)
    which_is_best.which_is_best(runs, None)
    assert sorted(read) == sorted(run.id for run in runs)


def test_a_damaged_recipe_or_sweep_hides_no_other_run(runs):
    (runs[0].folder / "recipe.json").write_text("{}")
    (runs[1].folder / "sweep.json").write_text("{}")
    page = open_page("train")
    rows = [row for row in cells(page) if row[0] in "1234" and len(row) == 8]
    assert ["?", "?"] in [row[1:3] for row in rows]
    assert len(rows) == 3


def test_a_network_that_is_deleted_just_now_has_no_size_and_hides_no_table(runs, monkeypatch):
    is_file = Path.is_file
    monkeypatch.setattr(Path, "is_file", lambda path: path.name == runs[0].model_path.name or is_file(path))
    page = open_page("train")
    rows = [row for row in cells(page) if len(row) == 8]
    assert not page.error
    # These are the rows of the sweep's table and of the table of all runs.
    sizes = [row[6] for row in rows[: 2 * len(runs)]]
    assert sizes == ["–"] * len(sizes)


def test_each_line_crosses_all_axes_at_the_height_of_its_values():
    table = sweep_chart.points(LINES, AXES, "b", "c")
    found = {(row.run, row.axis): (row.height, row.kind) for row in table.itertuples()}
    assert found == {
        ("a", AXES[0]): (0.0, "others"),
        ("a", AXES[1]): (0.0, "others"),
        ("a", AXES[2]): (0.0, "others"),
        ("b", AXES[0]): (1.0, "best"),
        ("b", AXES[1]): (1.0, "best"),
        ("b", AXES[2]): (1.0, "best"),
        ("c", AXES[0]): (0.0, "shown"),
        ("c", AXES[1]): (1.0, "shown"),
        ("c", AXES[2]): (pytest.approx(0.5), "shown"),
    }
    # On the last axis, the chart writes only the highest and the lowest value.
    named = table[table["axis"] == AXES[2]].set_index("run")["is_named"].to_dict()
    assert named == {"a": True, "b": True, "c": False}


def test_specification_of_the_chart_is_valid():
    spec = json.loads(json.dumps(sweep_chart.parallel(AXES)))
    alt.Chart.from_dict(spec | {"data": {"values": []}})


def test_texts_of_the_chart_have_an_outline_in_the_style_sheet():
    """Vega names the group of a layer's marks after the layer."""
    layers = sweep_chart.parallel(AXES)["layer"]
    (name,) = (layer["name"] for layer in layers if layer["mark"]["type"] == "text")
    style = (Path(head.__file__).parent / "style" / "train.css").read_text("utf-8")
    assert f".{name}_marks text {{ paint-order: stroke; stroke: var(--page);" in style


def test_runs_of_equal_value_are_drawn_at_one_height():
    table = sweep_chart.points([LINES[0], LINES[0]], AXES, None, None)
    assert set(table[table["axis"] == AXES[2]]["height"]) == {1.0}
    assert sweep_chart.points([LINES[3]], AXES, None, None).empty

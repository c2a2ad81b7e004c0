"""The command `sweep`. A stand-in takes the place of the trainer."""

import json
import sys
from types import SimpleNamespace

import pytest

from bnn.cli import cluster_option
from bnn.cli.common import RAY_REQUIREMENT
from bnn.engine import file
from bnn.runs import store, sweeping, turns
from bnn.runs.launchers import local
from bnn.runs.status import Status
from bnn.system.files import write_atomically
from tests.support.command_line import run_command
from tests.support.data_files import stroke_lines
from tests.support.run_content import history_row, living_status


@pytest.fixture
def started_runs(runs_root, monkeypatch, random_network):
    """The started runs. Each finishes at once, and its accuracy equals its learning rate."""
    started = []

    def launch(run):
        started.append(run)
        run.append_history(history_row(1, run.recipe().learning_rate))
        write_atomically(run.model_path, file.to_bytes(random_network()))
        run.write_status(Status("finished"))

    monkeypatch.setattr(local, "launch", launch)
    monkeypatch.setattr(sweeping, "POLL_SECONDS", 0.0)
    return started


def test_the_test_set_is_read_for_the_winner_alone(started_runs, capsys):
    arguments = ["quick", "--set", "epochs=2", "--over", "learning_rate=0.1,0.3,0.2", "--seeds", "2"]
    code, out, err = run_command(capsys, "sweep", *arguments, "--json")
    result = json.loads(out)
    # The runs with the learning rate 0.1 are started first, then those with 0.3. Each rate has two seeds.
    winner = started_runs[2]
    assert code == 0
    assert err.splitlines()[-1] == f"6 of 6: {started_runs[5].id}: 20.00%"
    assert result["winner"] == winner.id
    assert [run for run in started_runs if run.test()] == [winner]
    assert result["test_accuracy"] == winner.test()["accuracy"]
    assert [place["settings"] for place in result["places"]] == [
        {"learning_rate": rate} for rate in (0.3, 0.2, 0.1)
    ]
    assert [[row["seed"] for row in place["runs"]] for place in result["places"]] == [[1, 2]] * 3
    assert result["places"][0]["runs"][0] == {
        "id": winner.id,
        "seed": 1,
        "state": "finished",
        "stopped_early": False,
        "epochs": 1,
        "validation_accuracy": 0.3,
        "model_bytes": winner.model_path.stat().st_size,
        "seconds": 0.2,
    }
    assert {run.recipe().epochs for run in started_runs} == {2}


def test_text_names_settings_and_winner(started_runs, capsys):
    code, out, _ = run_command(
        capsys, "sweep", "quick", "--over", "stages=[[8],[8]],[[4],[4]]", "--best-of", "validation_loss"
    )
    assert code == 0
    assert "0.2500  stages=[[8],[8]]" in out
    assert f"the winner, {started_runs[0].id}, reads " in out.splitlines()[-1]


def test_without_a_finished_run_there_is_no_winner(started_runs, monkeypatch, capsys):
    monkeypatch.setattr(local, "launch", lambda run: run.write_status(Status("failed", "no memory")))
    code, out, _ = run_command(capsys, "sweep", "quick", "--over", "learning_rate=0.1,0.2")
    assert code == 1
    assert out.splitlines()[-1] == "no training was finished, so there is no winner"


def test_a_damaged_recipe_does_not_hide_the_other_runs(started_runs, monkeypatch, capsys):
    launch = local.launch

    def launch_and_damage(run):
        launch(run)
        if len(started_runs) == 2:
            (started_runs[0].folder / "recipe.json").write_text("{}")

    monkeypatch.setattr(local, "launch", launch_and_damage)
    code, out, _ = run_command(capsys, "sweep", "quick", "--over", "learning_rate=0.1,0.2")
    assert code == 0
    assert "20.00%  learning_rate=0.2" in out
    assert "10.00%  learning_rate=?" in out
    assert f"the winner, {started_runs[1].id}, reads " in out.splitlines()[-1]


def test_a_training_that_the_cluster_lost_does_not_hide_the_others(started_runs, monkeypatch, capsys):
    def train_on_cluster(plan, address, num_cpus, on_end):
        local.launch(plan.create(1))
        return ["the machine is gone"]

    tuning = SimpleNamespace(train_on_cluster=train_on_cluster)
    monkeypatch.setitem(sys.modules, "bnn.runs.cluster.tuning", tuning)
    # The real `use_cluster` would set BNN_CLUSTER, which only the real `train_on_cluster` unsets.
    monkeypatch.setattr(cluster_option, "use_cluster", lambda options: "HOST:6379")
    code, out, err = run_command(capsys, "sweep", "quick", "--over", "learning_rate=0.1,0.2")
    assert code == 0
    lost = "1 of 2 trainings could not be started on the cluster or were lost"
    assert f"bnn: {lost}; the first one because: the machine is gone" in err
    assert f"the winner, {started_runs[0].id}, reads " in out.splitlines()[-1]


def test_a_sweep_goes_on_if_nobody_reads_its_progress(started_runs, monkeypatch, capsys):
    def write(text):
        raise BrokenPipeError

    monkeypatch.setattr(sys.stderr, "write", write)
    code, out, _ = run_command(capsys, "sweep", "quick", "--over", "learning_rate=0.1,0.2")
    assert (code, len(started_runs)) == (0, 2)
    assert "the winner" in out


@pytest.mark.parametrize("num_runs, words", [(1, "are kept"), (0, "no run was made")])
def test_an_interrupted_sweep_says_whether_its_runs_are_kept(
    started_runs, monkeypatch, capsys, num_runs, words
):
    def launch(run, launch=local.launch):
        if len(started_runs) == num_runs:
            raise KeyboardInterrupt
        launch(run)

    monkeypatch.setattr(local, "launch", launch)
    code, _, err = run_command(capsys, "sweep", "quick", "--over", "learning_rate=0.1,0.2")
    assert code == 3
    assert words in err


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["quick"], "a sweep needs a setting with several values, such as learning_rate=0.002,0.005"),
        (["quick", "--over", "speed=1,2"], "there is no setting 'speed'"),
        (["gone", "--over", "epochs=1,2"], "there is no recipe 'gone'"),
        (["quick", "--over", "epochs=1,2", "--set", "epochs=3"], "--set and --over both name epochs"),
        (["quick", "--over", "epochs=1,2", "--set", "x"], "--set takes NAME=VALUE, got 'x'"),
        (["letters", "--over", "epochs=1,2"], "recipe letters needs a file of drawings: add --data FILE"),
        (["quick", "--over", "epochs=1,2", "--best-of", "luck"], "choose from"),
        (["quick", "--over", "starts_from=gone"], "there is no run 'gone'"),
    ],
)
def test_wrong_use_prints_one_line_and_starts_nothing(started_runs, capsys, arguments, words):
    code, out, err = run_command(capsys, "sweep", *arguments)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert words in err
    assert started_runs == []
    assert [run for run in store.all_runs() if not run.shipped] == []


@pytest.mark.parametrize(
    "arguments, words",
    [
        (
            ["--over", "drawn_digits=0,8000"],
            "drawn_digits=8000 cannot be used with --data, which sets it to 0",
        ),
        (["--over", "non_digits=0,2000"], "non_digits=2000 cannot be used with --data, which sets it to 0"),
        (["--over", "passes_per_epoch=1,2"], "passes_per_epoch=2 cannot be used with --data"),
        (["--over", "epochs=1,2", "--set", "pen_letters=9"], "pen_letters=9 cannot be used with --data"),
    ],
)
def test_settings_that_the_data_would_change_are_refused(started_runs, tmp_path, capsys, arguments, words):
    file = tmp_path / "signs.jsonl"
    file.write_bytes(stroke_lines())
    code, out, err = run_command(capsys, "sweep", "quick", *arguments, "--data", str(file))
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert words in err
    assert started_runs == []
    assert [run for run in store.all_runs() if not run.shipped] == []


def test_each_place_of_a_sweep_with_data_has_the_settings_of_its_trainings(started_runs, tmp_path, capsys):
    file = tmp_path / "signs.jsonl"
    file.write_bytes(stroke_lines())
    arguments = ["quick", "--over", "scrawls=0,20", "--set", "drawn_digits=0", "--data", str(file), "--json"]
    code, out, _ = run_command(capsys, "sweep", *arguments)
    assert code == 0
    assert [place["settings"] for place in json.loads(out)["places"]] == [{"scrawls": 0}, {"scrawls": 20}]
    assert [run.recipe().scrawls for run in started_runs] == [0, 20]


def test_a_sweep_from_outside_the_cluster_is_refused(started_runs, monkeypatch, capsys):
    # The option `--cluster` sets this variable. After the test, monkeypatch restores its old value.
    monkeypatch.setenv("BNN_CLUSTER", "")
    monkeypatch.setattr(cluster_option, "find_spec", lambda name: name)
    arguments = ["quick", "--over", "epochs=1,2", "--cluster", "ray://HOST:10001"]
    code, out, err = run_command(capsys, "sweep", *arguments)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "on a machine of the cluster, with the address HOST:6379 or auto, not 'ray://HOST:10001'" in err
    assert [run for run in store.all_runs() if not run.shipped] == []


@pytest.mark.parametrize("command", [["train", "quick"], ["sweep", "quick", "--over", "epochs=1,2"]])
def test_missing_ray_or_wrong_number_of_cpus_is_reported(runs_root, monkeypatch, capsys, command):
    # The option `--cluster` sets this variable. After the test, monkeypatch restores its old value.
    monkeypatch.setenv("BNN_CLUSTER", "")
    monkeypatch.setattr(cluster_option, "find_spec", lambda name: None)
    code, _, err = run_command(capsys, *command, "--cluster", "HOST:6379")
    assert (code, len(err.splitlines())) == (2, 1)
    assert f'a cluster needs ray: pip install "{RAY_REQUIREMENT}"' in err
    monkeypatch.setattr(cluster_option, "find_spec", lambda name: name)
    monkeypatch.setenv("BNN_CLUSTER_CPUS", "many")
    code, _, err = run_command(capsys, *command, "--cluster", "HOST:6379")
    assert code == 2
    assert "BNN_CLUSTER_CPUS must be a number above 0, got 'many'" in err


def test_run_that_waits_for_another_training_is_named_once(started_runs, monkeypatch, capsys):
    launch, polls = local.launch, []

    def launch_and_wait(run):
        launch(run)
        run.write_status(living_status("queued", message=turns.WAITING))

    def finish_at_the_third_poll(seconds):
        polls.append(seconds)
        if len(polls) % 3 == 0:
            started_runs[-1].write_status(Status("finished"))

    monkeypatch.setattr(local, "launch", launch_and_wait)
    monkeypatch.setattr(sweeping.time, "sleep", finish_at_the_third_poll)
    _, _, err = run_command(capsys, "sweep", "quick", "--over", "learning_rate=0.1,0.2")
    first, second = (run.id for run in started_runs)
    lines = [line for line in err.splitlines() if "waits" in line]
    assert lines == [f"bnn: {run_id} waits for the training before it" for run_id in (first, second)]

"""The command line reports folders of runs that cannot be used."""

import shutil

from tests.support.command_line import run_command


def test_file_in_the_place_of_the_folder_of_runs_is_reported(capsys, tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.touch()
    monkeypatch.setenv("BNN_RUNS_DIR", str(path))
    expected = f"bnn: {path} is a file, but runs need a folder: see BNN_RUNS_DIR\n"
    assert run_command(capsys, "runs") == (2, "", expected)


def test_home_folder_of_an_unknown_user_is_refused(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BNN_RUNS_DIR", "~no-such-user/runs")
    expected = "there is no such home folder; see BNN_RUNS_DIR\n"
    code, out, err = run_command(capsys, "runs")
    assert (code, out, err) == (2, "", f"bnn: runs cannot be in ~no-such-user/runs: {expected}")
    assert not list(tmp_path.iterdir())
    # A folder may have such a name.
    monkeypatch.setenv("BNN_RUNS_DIR", "./~runs")
    assert run_command(capsys, "runs")[0] == 0


def test_folders_with_unusable_names_are_reported(capsys, run):
    shutil.copytree(run.folder, run.folder.with_name("a$b"))
    code, out, err = run_command(capsys, "runs")
    assert code == 0
    assert run.id in out
    assert err.startswith("bnn: the folder a$b is not listed: its name must begin with")
    assert err.count("\n") == 1

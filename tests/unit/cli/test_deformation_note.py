"""`train` and `sweep` say if the epochs without deformations leave no epoch with them."""

import os

import pytest

from bnn.cli.common import deformation_note
from bnn.data import files
from bnn.recipes.presets import preset
from tests.support.command_line import run_command
from tests.support.data_files import stroke_lines

NOTE = "with epochs=3 and plain_epochs=5, the data set's images are not deformed (augment=0.8 has no effect)"


@pytest.mark.parametrize("epochs, has_note", [(3, True), (5, True), (6, False)])
def test_note_is_given_if_no_epoch_is_left_for_deformations(epochs, has_note):
    assert bool(deformation_note(preset("best").with_settings({"epochs": epochs}), None)) == has_note
    assert not deformation_note(preset("best").with_settings({"epochs": epochs, "augment": 0}), None)


def test_pen_drawings_stay_deformed_so_there_is_no_note():
    recipe = preset("best").with_settings({"epochs": 3})
    assert not deformation_note(recipe, files.parse(stroke_lines(num_each=20), "signs.jsonl"))


@pytest.mark.parametrize("command", [["train", "best"], ["sweep", "best", "--over", "seed=1,2"]])
def test_command_prints_the_note_once(capsys, runs_root, monkeypatch, command):
    def stop(*arguments):
        raise OSError("the test ends the command here")

    monkeypatch.setattr(os, "fsync", stop)
    code, _, err = run_command(capsys, *command, "--set", "epochs=3")
    assert code != 0
    assert err.count(f"bnn: {NOTE}\n") == 1

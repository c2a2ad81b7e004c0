"""`classify` reads pictures, and names each file that it cannot read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bnn.data import mnist
from bnn.engine import inference
from tests.support.command_line import run_command
from tests.support.project import PROJECT


@pytest.fixture
def pictures(tmp_path):
    """The paths of two pictures of digits."""
    paths = [str(tmp_path / f"{i}.png") for i in range(2)]
    for path, image in zip(paths, mnist.test().images, strict=False):
        Image.fromarray(image).save(path)
    return paths


def test_classify_reads_image_files(capsys, run, pictures):
    code, out, _ = run_command(capsys, "classify", *pictures, "--run", run.id, "--json")
    results = json.loads(out)["results"]
    assert (code, json.loads(out)["run"]) == (0, run.id)
    assert [row["file"] for row in results] == pictures
    for row in results:
        assert sum(row["probabilities"]) == pytest.approx(1)
        assert row["digit"] == int(np.argmax(row["probabilities"]))
        assert row["class_name"] == str(row["digit"])
        assert row["verdict"] in ("sure", "unsure", "unknown", "blind")


def test_transparent_picture_and_turned_photo_are_read(capsys, tmp_path):
    """Both show a black 7. The photo is stored on its side, and its EXIF data say how to turn it."""
    ink = Image.new("RGBA", (280, 280))
    ImageDraw.Draw(ink).line([(80, 60), (200, 60), (120, 240)], fill="black", width=24)
    ink.save(tmp_path / "transparent.png")
    paper = Image.alpha_composite(Image.new("RGBA", ink.size, "white"), ink).convert("RGB")
    note = Image.Exif()
    note[0x0112] = 6  # EXIF orientation: a viewer turns the picture by 90 degrees clockwise
    paper.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "phone.jpg", exif=note)
    paths = [str(tmp_path / name) for name in ("transparent.png", "phone.jpg")]
    _, out, _ = run_command(capsys, "classify", *paths, "--json")
    assert [row["digit"] for row in json.loads(out)["results"]] == [7, 7]


@pytest.mark.parametrize("kind", ["absent", "text", "blank", "cut", "folder"])
def test_bad_file_is_named_and_the_others_are_answered(capsys, tmp_path, pictures, kind):
    bad = tmp_path / f"{kind}.png"
    if kind == "text":
        bad.write_text("no picture")
    elif kind == "blank":
        Image.new("L", (50, 50), "white").save(bad)
    elif kind == "cut":
        noise = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
        Image.fromarray(noise).save(bad)
        bad.write_bytes(bad.read_bytes()[:2000])
    elif kind == "folder":
        bad.mkdir()
    code, out, err = run_command(capsys, "classify", pictures[0], str(bad), pictures[1], "--json")
    result = json.loads(out)
    assert [row["file"] for row in result["results"]] == pictures
    assert [row["digit"] for row in result["results"]] == [7, 2]
    assert [row["file"] for row in result["errors"]] == [str(bad)]
    assert code == 1
    assert str(bad) in err
    assert err.count("\n") == 1


def test_only_errors_are_printed_if_no_file_can_be_read(capsys, tmp_path):
    code, out, err = run_command(capsys, "classify", str(tmp_path / "a.png"), str(tmp_path / "b.png"))
    assert (code, out) == (2, "")
    assert [line[-5:] for line in err.splitlines()] == ["a.png", "b.png"]


def test_missing_file_is_named_once(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, _, err = run_command(capsys, "classify", "./none.png")
    assert err.count("none.png") == 1


def test_warnings_about_a_picture_are_not_printed(pictures):
    """The command runs in a process of its own, because pytest would catch the warnings here."""
    script = (
        "import sys, warnings, logging; from bnn.cli import main; from bnn.cli import classify\n"
        "read = classify._read\n"
        "def warn(*arguments):\n"
        "    warnings.warn('a warning'); logging.getLogger('PIL.TiffImagePlugin').warning('another')\n"
        "    return read(*arguments)\n"
        "classify._read = warn; sys.exit(main(['classify', sys.argv[1]]))"
    )
    command = [sys.executable, "-c", script, pictures[0]]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_classify_expands_patterns_that_the_shell_has_not_expanded(capsys, tmp_path, pictures, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for pattern in ("*.png", f"{tmp_path}/*.png", "[01].png", "?.png"):
        _, out, _ = run_command(capsys, "classify", pattern, "--json")
        assert [Path(row["file"]).name for row in json.loads(out)["results"]] == ["0.png", "1.png"]
    # The name of a file may look like a pattern.
    Path("1.png").rename("[1].png")
    _, out, _ = run_command(capsys, "classify", "[1].png", "--json")
    assert [row["file"] for row in json.loads(out)["results"]] == ["[1].png"]


@pytest.mark.parametrize("pattern", ["0**.png", "x" * 300 + "*.png"])
def test_pattern_that_cannot_be_expanded_is_reported_and_the_others_are_answered(capsys, pictures, pattern):
    code, out, err = run_command(capsys, "classify", pattern, pictures[0])
    assert code == 1
    assert out.startswith(f"{pictures[0]}: ")
    assert err.count("\n") == 1
    assert pattern in err


def test_names_that_the_console_cannot_show_are_escaped(tmp_path, pictures):
    path = tmp_path / "\u6570\u5b57.png"
    Path(pictures[0]).rename(path)
    environment = {**os.environ, "PYTHONIOENCODING": "cp437", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "bnn", "classify", str(path), str(tmp_path / "\u7121.png")]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"\\u6570\\u5b57.png: 7 (" in done.stdout
    assert b"\\u7121.png" in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_full_confidence_is_printed_as_more_than_99_9_percent(capsys, tmp_path, run, monkeypatch):
    monkeypatch.setattr(inference, "probabilities", lambda network, images: np.eye(10, dtype=np.float32)[[4]])
    Image.fromarray(mnist.test().images[0]).save(tmp_path / "a.png")
    _, out, _ = run_command(capsys, "classify", str(tmp_path / "a.png"), "--run", run.id)
    assert out == f"{tmp_path}/a.png: 4 (> 99.9%)\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_pipe_is_refused_without_being_opened(capsys, tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    code, out, err = run_command(capsys, "classify", str(path))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"{path} is a pipe or a device: save the picture as a file" in err

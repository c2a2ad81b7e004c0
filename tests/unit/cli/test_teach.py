"""The command `teach`: a tiny network learns the handwriting of one person."""

import json
from dataclasses import replace

import pytest

from bnn.cli import teach
from bnn.data.dataset import DIGITS
from bnn.drawing.stroke_files import load_drawings
from bnn.engine import file
from bnn.recipes.presets import one_hand_recipe, preset
from bnn.runs import store
from bnn.system.files import write_atomically
from bnn.training import teaching
from tests.support.command_line import run_command
from tests.support.unipen import write_drawings


@pytest.fixture
def run(runs_root, random_network):
    """A run with a tiny network and its recipe."""
    shape = dict(stages=((5,), (7,)), dense=(9,))
    made = store.create(preset("quick").with_settings({**shape, "pool_first": "false"}))
    write_atomically(made.model_path, file.to_bytes(random_network(**shape)))
    return made


@pytest.fixture
def file_of_drawings(tmp_path):
    """The path of a file of drawings: 4 writers drew each digit 6 times. A drawing is one random stroke."""
    return write_drawings(tmp_path / "drawings.jsonl.gz", 4, range(10), drawings_each=6)


@pytest.mark.slow
def test_network_is_taught_and_measured_on_other_drawings(capsys, run, file_of_drawings, monkeypatch):
    def short(*arguments):
        sizes = dict(training_images=100, drawn_digits=20, non_digits=10, own_drawings=200, epochs=2)
        return replace(one_hand_recipe(*arguments), batch_size=32, learning_rate=0.02, **sizes)

    monkeypatch.setattr(teach, "one_hand_recipe", short)
    arguments = ["teach", str(file_of_drawings), "--writers", "2", "--examples", "1", "--run", run.id]
    code, out, _ = run_command(capsys, *arguments, "--json")
    result = json.loads(out)
    assert code == 0
    assert (result["run"], result["writers"]) == (run.id, 2)
    # The accuracies stay low: random strokes cannot be learnt from other random strokes, and a random network
    # knows nothing of digits.
    for key in ("before", "after", "mnist_before", "mnist_after", "worst_tenth_before", "worst_tenth_after"):
        assert 0.0 <= result[key] <= 0.5
    assert result["mnist_after"] != result["mnist_before"]
    assert result["seconds_per_writer"] > 0
    # Of the 60 drawings of a writer, 10 are examples.
    for writer in result["each_writer"].values():
        numbers, labels, answers = zip(*writer["misread"], strict=True)
        assert writer["after"] == pytest.approx(1 - len(numbers) / 50)
        assert 1 <= min(numbers) < max(numbers) <= 50
        assert all(label != answer for label, answer in zip(labels, answers, strict=True))


def test_first_misread_drawing_of_each_writer_is_taught_alone(capsys, run, file_of_drawings, monkeypatch):
    taught = []

    def teach_nothing(network, recipe, examples, others):
        taught.append((recipe.own_drawings, examples, others))
        # Only the first writer's drawings are still read wrong.
        after = float(len(taught) > 1)
        return teaching.Lesson(before=0.0, after=after, mnist_after=0.5, seconds=1.0, misread=[])

    monkeypatch.setattr(teaching, "teach", teach_nothing)
    arguments = ["teach", str(file_of_drawings), "--misread", "--writers", "4", "--run", run.id]
    code, out, _ = run_command(capsys, *arguments, "--json")
    result = json.loads(out)
    assert (code, result["writers"], result["before"], result["after"]) == (0, 4, 0.0, 0.75)
    assert [writer["mnist_after"] for writer in result["each_writer"].values()] == [0.5] * 4
    network = file.load(run.model_path)
    for num_images, examples, others in taught:
        assert examples == others
        # One example gives 50 images.
        assert (num_images, len(examples)) == (50, 1)
        assert teaching.first_misread(network, examples) == examples


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--examples", "0"], "--examples must be at least 1, got 0"),
        (["--writers", "-1"], "--writers must be at least 1, got -1"),
        (["--run", "gone"], "there is no run 'gone'"),
        (["--examples", "6"], "no drawing by these writers is left after learning from 6 of each digit"),
        (["--examples", "4", "--misread"], "not allowed with argument --examples"),
    ],
)
def test_wrong_use_prints_one_line(capsys, run, file_of_drawings, arguments, words):
    code, out, err = run_command(capsys, "teach", str(file_of_drawings), "--run", run.id, *arguments)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert words in err


def test_writers_with_few_drawings_are_not_chosen(file_of_drawings, tmp_path):
    drawings = load_drawings(file_of_drawings, DIGITS)
    chosen = teaching.choose_writers(drawings, 3)
    assert chosen == teaching.choose_writers(drawings, 3)
    assert len(set(chosen)) == 3
    few = load_drawings(write_drawings(tmp_path / "few.gz", 4, range(10)), DIGITS)
    with pytest.raises(ValueError, match="no writer with 50 drawings or more"):
        teaching.choose_writers(few, 3)
    # Drawings without a writer may be by many people, so they show no single person's handwriting.
    by_unknown = [drawing._replace(writer=None) for drawing in drawings]
    with pytest.raises(ValueError, match="no writer with 50 drawings or more"):
        teaching.choose_writers(by_unknown, 3)


def test_the_first_drawings_of_each_digit_are_the_examples(file_of_drawings):
    drawings = [d for d in load_drawings(file_of_drawings, DIGITS) if d.writer == 1]
    examples, others = teaching.first_of_each_class(drawings, 2)
    assert [d.label for d in examples] == [*range(10)] * 2
    assert len(others) == 40
    assert all(drawing is first for drawing, first in zip(examples, drawings, strict=False))


def test_blind_network_is_refused_before_anything_is_learnt(capsys, file_of_drawings):
    code, out, error = run_command(capsys, "teach", str(file_of_drawings), "--run", "report")
    assert (code, out) == (2, "")
    assert "the network of report is blind, so it cannot learn a person's handwriting" in error


def test_network_that_does_not_read_digits_is_refused(capsys, run, random_network, file_of_drawings):
    # This network has ten classes, too, so its answers could be taken for digits.
    network = random_network(stages=((5,), (7,)), dense=(9,), class_names=tuple("ABCDEFGHIJ"))
    write_atomically(run.model_path, file.to_bytes(network))
    code, out, error = run_command(capsys, "teach", str(file_of_drawings), "--run", run.id)
    assert (code, out) == (2, "")
    assert error == f"bnn: run {run.id} does not read digits, so it cannot learn a person's handwriting\n"

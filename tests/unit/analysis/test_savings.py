"""The memory and arithmetic of a run's network compared with float32, and the accuracy of its twin."""

import pytest

from bnn.analysis import savings
from bnn.data import files
from bnn.recipes.presets import PRESETS
from bnn.runs import store
from bnn.runs.run import Run
from bnn.system.files import write_atomically
from tests.support.data_files import stroke_lines


@pytest.fixture
def run(runs_root):
    """A run whose network's file has 12,345 bytes."""
    run = Run("20261123-140501-report", runs_root / "20261123-140501-report")
    run.write_recipe(PRESETS["report-signed"])
    write_atomically(run.model_path, b"x" * 12_345)
    return run


def test_figures_equal_those_worked_by_hand(run):
    found = savings.of_run(run)
    weights = 9 * 32 + 9 * 32 * 64 + 7 * 7 * 64 * 128 + 128 * 10
    norms = 2 * (32 + 64 + 128 + 10)
    assert (found.packed_bytes, found.float_bytes) == (12_345, 4 * (weights + norms))
    macs = 28**2 * 9 * 32 + 14**2 * 9 * 32 * 64 + 7 * 7 * 64 * 128 + 128 * 10
    assert (found.macs_1bit, found.macs_32bit) == (macs, 0)


def test_network_of_other_data_is_counted_with_its_own_classes(runs_root):
    run = store.create(PRESETS["report-signed"], files.parse(stroke_lines(), "signs"))
    write_atomically(run.model_path, b"x")
    weights = 9 * 32 + 9 * 32 * 64 + 7 * 7 * 64 * 128 + 128 * 3
    norms = 2 * (32 + 64 + 128 + 3)
    found = savings.of_run(run)
    assert found.float_bytes == 4 * (weights + norms)
    assert found.macs_1bit == 28**2 * 9 * 32 + 14**2 * 9 * 32 * 64 + 7 * 7 * 64 * 128 + 128 * 3


def test_accuracy_of_the_twin_is_read_from_its_file(run):
    assert savings.twin_accuracy(run) is None
    write_atomically(run.twin_path, '{"num_images": 10000, "num_correct": 9950}')
    assert savings.twin_accuracy(run) == 0.995


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"num_images": 0, "num_correct": 0}',
        '{"num_images": 10, "num_correct": 11}',
        '{"num_images": 10, "num_correct": "9"}',
        '{"num_images": 10, "num_correct": 9.5}',
        "[" * 100_000,
    ],
)
def test_nonsense_in_the_twins_file_is_ignored(run, content):
    write_atomically(run.twin_path, content)
    assert savings.twin_accuracy(run) is None

"""Measures the network of a run on the test set, and keeps the result in the run."""

from typing import Any

from bnn.analysis import metrics
from bnn.data.dataset import Split
from bnn.engine import file
from bnn.runs import run_data, validation
from bnn.runs.run import Run


def write_test(run: Run, split: Split | None = None) -> dict[str, Any]:
    """Measures a run's network, writes `test.json`, and returns its content; see `Run.test`.

    Args:
        run: a run with a network and a history.
        split: the test images; by default all test images of the run's data set.

    Raises:
        ValueError: if the run has no readable history, or its network or data are missing or damaged.
        OSError: if `test.json` cannot be written.
    """
    best = validation.best_epoch(run)
    split = run_data.load(run).test() if split is None else split
    summary = metrics.evaluate(file.load(run.model_path), split).summary()
    result = {**summary, "epoch": best}
    run.write_test(result)
    return result

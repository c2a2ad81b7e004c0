"""Measures the time to list many runs, to find sweeps, and to copy changes between machines.

    python -m tests.benchmarks.many_runs [--runs 1000]

It needs no Ray. It makes the given number of runs from the files of the example run `quick`. A fifth of them
belong to a sweep. On a busy machine, the processor time is more reliable than the elapsed time.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bnn.runs import store, sweeps
from bnn.runs.cluster import copies
from bnn.runs.run import Run
from bnn.runs.sweeps import Sweep
from tests.support.run_content import history_row

_CHECKPOINT_BYTES = 1_500_000
_NUM_ROUNDS = 5


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    number = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BNN_RUNS_DIR"] = folder
        _make(number)
        runs = store.all_runs()
        _report("list the runs", store.all_runs)
        _report("read their states", lambda: [run.status() for run in runs])
        _report("find the sweeps", lambda: sweeps.all_sweeps(runs))
        _report("rank a sweep", lambda: sweeps.ranking(sweeps.all_sweeps(runs)["s"], "validation_accuracy"))
        _report_copies(runs[0], Path(folder) / "copy")


def _make(number: int) -> None:
    for i in range(number):
        run = Run(f"20260101-{i:06d}-quick", store.root() / f"20260101-{i:06d}-quick")
        shutil.copytree(store.SHIPPED / "quick", run.folder)
        if i % 5 == 0:
            sweeps.keep(run, Sweep("s", ("seed",), "validation_accuracy", 200, 1 + i // 5 % 200))


def _report_copies(run: Run, copy: Path) -> None:
    """Measures the exchange with a machine that does not share the disk: one epoch with its checkpoint."""
    run.checkpoint_path.parent.mkdir()
    run.checkpoint_path.write_bytes(bytes(_CHECKPOINT_BYTES))
    copy.mkdir()
    changes = copies.Changes(run.folder)
    copies.apply(copy, changes.take())
    _report("look for changes where there are none", changes.take)
    taken = {}

    def exchange() -> None:
        run.append_history(history_row(99))
        run.checkpoint_path.write_bytes(bytes(_CHECKPOINT_BYTES))
        taken.update(changes.take())
        copies.apply(copy, taken)

    _report("copy an epoch", exchange)
    print(json.dumps({"an_epoch_bytes": sum(len(change.content or b"") for change in taken.values())}))


def _report(what: str, work: Callable[[], object]) -> None:
    # The first call fills caches.
    work()
    processor_started, started = time.process_time(), time.monotonic()
    for _ in range(_NUM_ROUNDS):
        work()
    processor_ms = 1000 * (time.process_time() - processor_started) / _NUM_ROUNDS
    ms = 1000 * (time.monotonic() - started) / _NUM_ROUNDS
    row = {"what": what, "processor_ms": round(processor_ms, 1), "ms": round(ms, 1)}
    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()

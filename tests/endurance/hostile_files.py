"""Hostile files.

In thousands of ways, Hypothesis damages files of every kind that One-Bit Lab reads. Each kind is read in a
process of its own. Reading must not raise an undocumented error, hang or load TensorFlow. It must not open,
start or run anything that a file might ask for. It may take at most 500 MB of memory beyond what the process
has after it has read sound files. Then the pages are opened with damaged runs.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

from hypothesis import given, settings

from bnn.recipes.presets import PRESETS
from bnn.runs import store
from bnn.runs.run import Run
from tests.endurance.hostile import addresses, data_files, drawing_files, run_files
from tests.endurance.hostile.kind import EXAMPLES, RUN_ID, Kind
from tests.support import guard
from tests.support.project import PROJECT

# The number of damaged files of each kind, in the long and in the short version. About a fifth of them are
# copies of others.
MANY, FEW = 2_500, 40
MANY_FOLDERS, FEW_FOLDERS = 60, 2
MAX_MEGABYTES = 500


def run(quick: bool = False) -> str:
    """Reads damaged files of all kinds and returns one line of figures.

    The quick version reads few files of each kind, all in one process, and no large ones.

    Raises:
        AssertionError: if a file is read in a way that the module's docstring forbids, or if a page shows an
            exception.
    """
    names = list(kinds())
    groups = [names] if quick else [[name] for name in names]
    results = [result for group in groups for result in _read_in_own_process(group, FEW if quick else MANY)]
    _check(results)
    # Imported here, because the reading processes must not load Streamlit: its memory would be counted.
    from tests.endurance.hostile.damaged_runs import open_pages_with_damaged_runs

    num_folders, num_pages = open_pages_with_damaged_runs(FEW_FOLDERS if quick else MANY_FOLDERS)
    heaviest, slowest = (max(results, key=lambda result: result[key]) for key in ("megabytes", "seconds"))
    num_files = sum(result["num_files"] for result in results)
    num_accepted = sum(result["num_accepted"] for result in results)
    return (
        f"{num_files:,} damaged files of {len(results)} kinds: {num_files - num_accepted:,} refused or left"
        f" out with a message, {num_accepted:,} accepted and usable; no other error, nothing run; slowest"
        f" {slowest['seconds']:.2f} s of processor time ({slowest['kind']}), most memory"
        f" {heaviest['megabytes']:.0f} MB ({heaviest['kind']});"
        f" {num_pages} pages with {num_folders} damaged runs opened without an exception"
    )


def _check(results):
    for result in results:
        kind, megabytes = result["kind"], result["megabytes"]
        assert not result["failures"], f"{len(result['failures'])} failed, such as: {result['failures'][0]}"
        assert result["num_sound"], f"even the sound files of kind {kind} were refused"
        assert megabytes <= MAX_MEGABYTES, f"reading {kind} took {megabytes:.0f} MB"


def _read_in_own_process(names, count):
    """Reads damaged files of these kinds in a new process, and returns its result for each kind."""
    with tempfile.TemporaryDirectory() as folder:
        # This process makes the large files, so that the memory for making them does not count as the
        # reader's.
        for name in names if count > FEW else []:
            (Path(folder) / "large" / name).mkdir(parents=True)
            for number, content in enumerate(kinds()[name].large()):
                (Path(folder) / "large" / name / f"{number:03d}").write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-m", "tests.endurance.hostile_files", str(count), folder, *names],
            cwd=PROJECT,
            env={**os.environ, "BNN_RUNS_DIR": f"{folder}/runs"},
            check=False,
            capture_output=True,
            text=True,
        )
    lines = done.stdout.splitlines()
    ending = f"reading {names} ended with {done.returncode}: {done.stderr[-2000:]}"
    assert done.returncode == 0, ending
    assert lines, ending
    return json.loads(lines[-1])


def read_many(names: list[str], count: int, folder: Path) -> list[dict]:
    """Reads `count` damaged files and the large files of each kind; returns a result for each kind."""
    _make_runs(folder)
    max_seconds = guard.MAX_SECONDS if count > FEW else guard.MAX_SECONDS_QUICK
    reading_guard = guard.Guard(folder, max_seconds)
    return [_read_kind(kinds()[name], count, folder, reading_guard) for name in names]


def _make_runs(folder):
    """Makes a run in the folder of runs, and links in this folder that lead out of it."""
    Run(RUN_ID, store.root() / RUN_ID).write_recipe(PRESETS["quick"])
    outside = Run("outside", folder / "outside")
    outside.write_recipe(PRESETS["quick"])
    (store.root() / "link").symlink_to(outside.folder)
    for name in ("linked-file", "none"):
        (store.root() / name).symlink_to(outside.folder / "recipe.json")


def _read_kind(kind, count, folder, reading_guard):
    path = folder / "run" / kind.file_name
    path.parent.mkdir(parents=True, exist_ok=True)
    result = dict(kind=kind.file_name, num_sound=0, num_files=0, num_accepted=0, seconds=0.0, failures=[])
    # Sound files come first: the first use of a reader also imports and compiles. The time and memory for
    # that must not count for a damaged file.
    for content in kind.sound:
        path.write_bytes(content)
        result["num_sound"] += kind.read(path)
    megabytes_before = guard.forget_peak()
    try:
        for large in sorted((folder / "large" / kind.file_name).glob("*[0-9]")):
            shutil.copyfile(large, path)
            _read_one(kind, path, reading_guard, result)
        _read_damaged(kind, count, path, reading_guard, result)
    except AssertionError as error:
        result["failures"].append(str(error))
    if "tensorflow" in sys.modules:
        result["failures"].append(f"reading {kind.file_name} loads TensorFlow")
    return result | {"megabytes": guard.peak_megabytes() - megabytes_before}


def _read_damaged(kind, count, path, reading_guard, result):
    @settings(EXAMPLES, max_examples=count)
    @given(kind.damaged(kind.sound))
    def read(content):
        path.write_bytes(content)
        _read_one(kind, path, reading_guard, result)

    read()


def _read_one(kind, path, reading_guard, result):
    result["num_files"] += 1
    try:
        with guard.timed(reading_guard.max_seconds) as seconds, reading_guard:
            result["num_accepted"] += bool(kind.read(path))
    except (Exception, guard.TooSlowError, SystemExit) as error:  # noqa: BLE001, whatever is raised is a failure
        where = "".join(traceback.format_tb(error.__traceback__)[-4:])
        with path.open("rb") as opened:
            start = opened.read(100)
        raise AssertionError(
            f"{kind.file_name}: {type(error).__name__}: {str(error)[:300]} {start!r}\n{where}"
        ) from None
    result["seconds"] = max(result["seconds"], *seconds)


def kinds() -> dict[str, Kind]:
    """Returns all kinds of file by their name."""
    all_kinds = (*run_files.kinds(), *drawing_files.kinds(), *data_files.kinds(), *addresses.kinds())
    return {kind.file_name: kind for kind in all_kinds}


if __name__ == "__main__":
    guard.limit_this_process()
    print(json.dumps(read_many(sys.argv[3:], int(sys.argv[1]), Path(sys.argv[2]))))

"""Hostile files

Every file that One-Bit Lab reads is spoilt in thousands of ways and read, each kind in a process of its own, whose
memory is measured: no error but the documented ones, no hang, no memory above 500 MB, no TensorFlow, and nothing
opened, started or run that the file might have asked for.
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.support.project import PROJECT

MANY, FEW = 2_000, 40
MANY_FOLDERS, FEW_FOLDERS = 60, 2
SEED = 5
LONGEST_SECONDS = 2.0
# A file that keeps a reader waiting uses no processor time.
LONGEST_WAIT_SECONDS = 30.0
LARGEST_MEGABYTES = 500
# So that a bomb ends its reader and not the machine.
MOST_BYTES = 3_000_000_000
# What reading never does, as Python's audit events name it.
FORBIDDEN = re.compile(
    r"(exec|compile|code\.__new__|marshal\..*|pickle\..*|subprocess\..*|os\.(system|exec|fork|spawn|posix_spawn|startfile)"
    r"|socket\..*|ctypes\..*|shutil\..*|os\.(remove|rename|rmdir|link|symlink))"
)


def run(quick: bool = False) -> str:
    """Spoil and read all kinds of files; the figures. Raises AssertionError where one of the promises is broken.

    Quickly: few of each, one process for all, and without the files made to burst their reader.
    """
    from tests.endurance.hostile_kinds import kinds
    from tests.endurance.hostile_pages import open_many

    if quick:
        found = _in_another_process(list(kinds()), FEW)
    else:
        found = [result for name in kinds() for result in _in_another_process([name], MANY)]
    _check(found)
    num_folders, num_pages = open_many(FEW_FOLDERS if quick else MANY_FOLDERS)
    heaviest, slowest = (max(found, key=lambda result: result[key]) for key in ("megabytes", "seconds"))
    num_files, num_taken = (sum(result[key] for result in found) for key in ("num_files", "num_taken"))
    return (
        f"{num_files:,} spoilt files of {len(found)} kinds: {num_files - num_taken:,} refused or left out in words,"
        f" {num_taken:,} taken, and sound; no other error, nothing run; slowest {slowest['seconds']:.2f} s of"
        f" processor time ({slowest['kind']}), most memory {heaviest['megabytes']:.0f} MB ({heaviest['kind']});"
        f" {num_pages} pages over {num_folders} spoilt run folders without an exception"
    )


def _check(found):
    failures = [failure for result in found for failure in result["failures"]]
    assert not failures, f"{len(failures)} failed, such as: {failures[0]}"
    for result in found:
        kind, megabytes = result["kind"], result["megabytes"]
        assert result["num_sound"], f"not even a sound {kind} was taken"
        assert megabytes <= LARGEST_MEGABYTES, f"reading {kind} took {megabytes:.0f} MB"


def _in_another_process(names, count):
    with tempfile.TemporaryDirectory() as folder:
        if count > FEW:
            # Made here, for the memory that making them takes is not the reader's.
            _write_bombs(names, Path(folder))
        done = subprocess.run(
            [sys.executable, "-m", "tests.endurance.hostile_files", str(count), folder, *names],
            cwd=PROJECT,
            env={**os.environ, "BNN_RUNS_DIR": f"{folder}/runs"},
            check=False,
            capture_output=True,
            text=True,
        )
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and lines, (
        f"reading {names} ended with {done.returncode}: {done.stderr[-2000:]}"
    )
    return json.loads(lines[-1])


def _write_bombs(names, folder):
    from tests.endurance.hostile_kinds import kinds

    for name in names:
        (folder / "bombs" / name).mkdir(parents=True)
        for number, bomb in enumerate(kinds()[name].bombs()):
            (folder / "bombs" / name / f"{number:03d}").write_bytes(bomb)


# --- In that process


class TooLong(BaseException):
    """A file has used up its time."""


def read_many(names: list[str], count: int, folder: Path) -> list[dict]:
    """Spoil and read `count` files of each kind, and its bombs; what was found."""
    from tests.endurance.hostile_kinds import kinds

    _prepare(folder)
    guard = Guard(folder)
    return [_read_kind(kinds()[name], count, folder, guard) for name in names]


def _read_kind(kind, count, folder, guard):
    path = folder / "run" / kind.file_name
    path.parent.mkdir(parents=True, exist_ok=True)
    found = dict(kind=kind.file_name, num_sound=0, num_files=0, num_taken=0, seconds=0.0, failures=[])
    for seed in kind.seeds:
        # What is loaded and compiled at the first use is loaded and compiled now.
        path.write_bytes(seed)
        found["num_sound"] += kind.read(path)
    rng = random.Random(f"{SEED} {kind.file_name}")
    for _ in range(count):
        path.write_bytes(kind.spoil(rng, kind.seeds))
        _read_one(kind, path, guard, found)
    for bomb in sorted((folder / "bombs" / kind.file_name).glob("*[0-9]")):
        shutil.copyfile(bomb, path)
        _read_one(kind, path, guard, found)
    if "tensorflow" in sys.modules:
        found["failures"].append(f"reading {kind.file_name} loads TensorFlow")
    return found | {"megabytes": _most_megabytes()}


def _prepare(folder):
    """Runs to find, and ways out of their folder."""
    from bnn.recipes.presets import PRESETS
    from bnn.runs import store
    from bnn.runs.run import Run
    from tests.endurance.hostile import RUN_ID

    Run(RUN_ID, store.root() / RUN_ID).write_recipe(PRESETS["quick"])
    outside = Run("outside", folder / "outside")
    outside.write_recipe(PRESETS["quick"])
    (store.root() / "link").symlink_to(outside.folder)
    for name in ("20261123-140502-file", "none"):
        (store.root() / name).symlink_to(outside.folder / "recipe.json")


def _read_one(kind, path, guard, found):
    signal.setitimer(signal.ITIMER_PROF, LONGEST_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_WAIT_SECONDS)
    started = time.process_time()
    try:
        with guard:
            found["num_taken"] += bool(kind.read(path))
    except (Exception, TooLong, SystemExit) as error:  # noqa: BLE001, whatever it is, is found
        found["failures"].append(_failure(error, path, found))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    found["num_files"] += 1
    found["seconds"] = max(found["seconds"], time.process_time() - started)


def _failure(error, path, found):
    where = "".join(traceback.format_tb(error.__traceback__)[-4:])
    with path.open("rb") as file:
        start = file.read(100)
    return f"{found['kind']}, file {found['num_files']}: {type(error).__name__}: {str(error)[:300]} {start!r}\n{where}"


class Guard:
    """While it is on, nothing is run, and no file opened but for reading, and but in the folder or the project."""

    def __init__(self, folder: Path):
        self.allowed = (str(folder), str(PROJECT), sys.prefix, sys.base_prefix, "/proc", "/dev/null")
        self.is_on = False
        sys.addaudithook(self._hear)

    def __enter__(self):
        self.is_on = True

    def __exit__(self, *error):
        self.is_on = False

    def _hear(self, event, arguments):
        if not self.is_on:
            return
        if FORBIDDEN.fullmatch(event):
            raise AssertionError(f"reading does {event}{arguments!r}"[:300])
        if event == "open" and isinstance(arguments[0], str) and not arguments[0].startswith(self.allowed):
            raise AssertionError(f"reading opens {arguments[0]!r}")


def _most_megabytes():
    # Not resource's ru_maxrss, which begins with what the parent held.
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024 / 1e6


def _limit():
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    signal.signal(signal.SIGPROF, _too_long)
    signal.signal(signal.SIGALRM, _too_long)


def _too_long(number, frame):
    raise TooLong(f"took more than {LONGEST_SECONDS:g} s")


if __name__ == "__main__":
    _limit()
    print(json.dumps(read_many(sys.argv[3:], int(sys.argv[1]), Path(sys.argv[2]))))

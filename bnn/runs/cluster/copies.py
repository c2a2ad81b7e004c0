"""Copies the files of a run between the head of a cluster and a machine that does not share its disk.

The head is the machine on which the cluster was started. It has the folder of all runs.

A change is the new content of a file, or the rows that were added to a table. The status and the checkpoint
are read first and written last. So they are never newer than the other files, neither while a trainer is
writing nor after a crash.
"""

import json
import os
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import safetensors

from bnn.runs.run import Run
from bnn.system.files import remove_if_possible, write_atomically

# Files that only grow, unless a training is resumed.
_GROWING = ("history.csv", "progress.csv", "batches.csv", "log.txt")
# These files belong to the head: names that users give, and requests to stop.
_KEPT_BY_HEAD = ("name.txt", "stop")
_NO_STEP_LIMIT = 2**52


class _FileState(NamedTuple):
    """What shows whether a file has changed.

    Args:
        inode: the file's inode, which is new if the file was replaced.
        size: the file's size in bytes.
        time_ns: the time of the file's last change, in nanoseconds.
    """

    inode: int
    size: int
    time_ns: int


class Change(NamedTuple):
    """A change of a file.

    Args:
        content: the new content from `offset` to the end; None if the file was removed.
        offset: number of bytes before `content` that have not changed.
    """

    content: bytes | None
    offset: int = 0


class Changes:
    """Finds what has changed in a run's folder.

    Args:
        folder: the run's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # The state of each file at the last call of `take`.
        self._seen: dict[str, _FileState] = {}

    def take(self) -> dict[str, Change]:
        """Returns the changes since the last call, by the path of the file within the folder.

        The first call returns all files.
        """
        names = {
            path.relative_to(self._folder).as_posix() for path in self._folder.rglob("*") if _is_copied(path)
        }
        changes = {name: Change(None) for name in set(self._seen) - names}
        self._seen = {name: state for name, state in self._seen.items() if name in names}
        for name in sorted(names, key=_write_order, reverse=True):
            if change := self._change_of(name):
                changes[name] = change
        return changes

    def _change_of(self, name: str) -> Change | None:
        before = self._seen.get(name)
        try:
            with (self._folder / name).open("rb") as file:
                stat = os.fstat(file.fileno())
                state = _FileState(stat.st_ino, stat.st_size, stat.st_mtime_ns)
                if state == before:
                    return None
                offset = before.size if before and _has_grown(name, before, state) else 0
                file.seek(offset)
                content = file.read(state.size - offset)
        except OSError:
            # The file was removed just now.
            return None
        self._seen[name] = state
        return Change(content, offset)


def apply(folder: Path, changes: dict[str, Change]) -> None:
    """Makes the changes in a folder.

    Raises:
        OSError: if a file cannot be written.
        ValueError: if a path leads out of the folder.
    """
    for name in sorted(changes, key=_write_order):
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or PurePosixPath(name).is_absolute():
            raise ValueError(f"a file of a run must be in its folder, got {name[:100]!r}")
        path, change = folder.joinpath(*parts), changes[name]
        if change.content is None:
            remove_if_possible(path)
        elif change.offset:
            _write_end(path, change.content, change.offset)
        else:
            # The run's own folder is not made again, because the run may have been deleted just now.
            if len(parts) > 1:
                path.parent.mkdir(exist_ok=True)
            write_atomically(path, change.content)


def go_back_to_checkpoint(run: Run) -> None:
    """Removes the rows of a run's history that are more than one epoch ahead of the run's checkpoint.

    If the head ended while it was writing changes, the history may be several epochs ahead.
    """
    epoch = 0
    if run.checkpoint_path.is_file():
        try:
            with safetensors.safe_open(run.checkpoint_path, "np") as file:
                epoch = int(json.loads(file.metadata()["position"])["epoch"])
        except (safetensors.SafetensorError, OSError, ValueError, KeyError, TypeError):
            # Nothing is done here, because the trainer will say that the checkpoint is damaged.
            return
    if len(run.history()) > epoch + 1:
        run.keep_until(epoch + 1, _NO_STEP_LIMIT)


def _write_end(path: Path, content: bytes, offset: int) -> None:
    # The file is cut first, so that rows that are sent twice are not added twice.
    with path.open("r+b") as file:
        file.truncate(offset)
        file.seek(offset)
        file.write(content)


def _has_grown(name: str, before: _FileState, now: _FileState) -> bool:
    return name in _GROWING and before.inode == now.inode and before.size <= now.size


def _is_copied(path: Path) -> bool:
    # Names that begin with a dot are those of locks and of files that are half written.
    return path.is_file() and not path.name.startswith(".") and path.name not in _KEPT_BY_HEAD


def _write_order(name: str) -> tuple[bool, bool, str]:
    """Returns a sort key: the status comes last, and the checkpoint before it."""
    return name == "status.json", name.startswith("checkpoint/"), name

"""Asking whether a lock is held leaves the lock as it was, and gives every thread the right answer."""

import threading

import pytest
from filelock import FileLock

from bnn.system import locks

WAYS = [locks.is_locked, locks._is_locked_on_windows]


@pytest.mark.parametrize("is_locked", WAYS)
def test_lock_is_seen_while_it_is_held(tmp_path, is_locked):
    lock = FileLock(tmp_path / "lock")
    with lock:
        assert is_locked(tmp_path / "lock")
    assert not is_locked(tmp_path / "lock")
    assert not lock.is_locked


def test_asking_about_a_missing_lock_does_not_make_it(tmp_path):
    assert not locks.is_locked(tmp_path / "lock")
    assert not (tmp_path / "lock").exists()


def test_a_name_that_no_file_can_have_is_no_lock(tmp_path):
    assert not locks.is_locked(tmp_path / ("x" * 300))


def test_asking_about_a_free_lock_on_windows_keeps_its_file(tmp_path, monkeypatch):
    """On Windows, releasing a lock removes its file if filelock is not told to keep it."""
    released = []

    class Lock(FileLock):
        def _release(self):
            super()._release()
            released.append(self)
            if not self.preserve_lock_file:
                (tmp_path / "lock").unlink()

    (tmp_path / "lock").touch()
    monkeypatch.setattr(locks, "FileLock", Lock)
    assert not locks._is_locked_on_windows(tmp_path / "lock")
    assert released
    assert (tmp_path / "lock").exists()


@pytest.mark.parametrize("is_locked", WAYS)
def test_threads_that_check_a_free_lock_at_once_all_find_it_free(tmp_path, is_locked):
    FileLock(tmp_path / "lock").acquire().lock.release()
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.extend(is_locked(tmp_path / "lock") for _ in range(100)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [False] * 400

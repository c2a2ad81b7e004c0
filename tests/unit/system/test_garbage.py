"""The garbage collector is off while packages are loaded. Afterwards, its former state is restored."""

import gc

import pytest

from bnn.system.garbage import without_collection


@pytest.fixture(autouse=True)
def collector():
    """Restores the state of the collector after the test."""
    was_enabled = gc.isenabled()
    yield
    gc.unfreeze()
    if was_enabled:
        gc.enable()
    else:
        gc.disable()


def test_collector_is_off_in_the_block_and_the_new_objects_are_frozen():
    gc.enable()
    before = gc.get_freeze_count()
    with without_collection():
        assert not gc.isenabled()
        loaded = [[number] for number in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(loaded)


def test_collector_is_on_again_after_an_error():
    gc.enable()
    with pytest.raises(ImportError), without_collection():
        raise ImportError
    assert gc.isenabled()


def test_collector_that_was_off_stays_off():
    gc.disable()
    with without_collection():
        pass
    assert not gc.isenabled()

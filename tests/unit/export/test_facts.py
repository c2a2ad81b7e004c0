"""What an export says about its network: accuracy, date, and the sources of all data."""

import os
from dataclasses import replace

import pytest

from bnn.data import files, mnist
from bnn.data.unipen_files import CREDIT
from bnn.engine import file
from bnn.export.facts import read_network
from bnn.recipes.presets import preset
from bnn.runs import store
from bnn.runs.labels import run_label
from bnn.runs.sources import keep_start_sources, sources
from bnn.runs.status import Status
from tests.support.data_files import stroke_lines


def facts(run):
    return read_network(run)[2]


def _delete(run):
    run.write_status(Status("finished"))
    store.delete(run)


@pytest.fixture
def make(random_network):
    """A function that makes a run with a network, for MNIST or other data."""

    def make(recipe, data=None):
        run = store.create(recipe, data)
        names = {"class_names": data.class_names} if data else {}
        run.model_path.write_bytes(file.to_bytes(random_network(**names)))
        return run

    return make


def test_shipped_network_names_its_own_recipe_and_date_and_all_its_data():
    found = facts(store.find(None))
    assert found.recipe == store.find(None).recipe().name
    # The file itself may have a later date, because it was written when the app was installed.
    assert found.date == "2026-11-28"
    assert found.accuracy.startswith(
        "99.64 % of 10,000 test digits, with three looks at each (95 % interval 99.50 % to 99.74 %)"
    )
    assert mnist.MNIST.licence in found.source
    assert CREDIT in found.source
    assert CREDIT not in facts(store.find("quick")).source


def test_exports_name_a_network_as_the_app_does(make):
    assert facts(store.find(None)).name == "The app’s network"
    assert facts(store.find("quick")).name == "quick (example)"
    run = make(preset("quick"))
    assert facts(run).name == run_label(run) != run.id
    store.rename(run, "Ann")
    assert facts(run).name == "Ann"


def test_new_network_has_the_date_of_its_file(make):
    run = make(preset("quick"))
    os.utime(run.model_path, (0, 1_000_000_000))
    assert facts(run).date == "2001-09-09"
    assert facts(run).accuracy == "not measured on test digits"


def test_network_that_starts_from_others_names_each_of_their_data_sets_once(make):
    data = files.parse(stroke_lines(), "signs.jsonl", "Ann", "CC0")
    first = make(replace(preset("quick"), starts_from="shipped"), data)
    second = make(replace(preset("quick"), starts_from=first.id), data)
    source = facts(second).source
    assert source.startswith("signs.jsonl; Ann; CC0; and ")
    assert [source.count(part) for part in ("signs.jsonl", mnist.MNIST.source, CREDIT)] == [1, 1, 1]
    assert facts(second).accuracy == "not measured on test drawings"
    _delete(first)
    assert facts(second).source == f"signs.jsonl; Ann; CC0; and unknown data of run {first.id}"


def test_data_of_a_deleted_network_are_still_named_by_networks_that_started_from_it(make):
    data = files.parse(stroke_lines(), "signs.jsonl", "Ann", "CC0")
    first = make(replace(preset("quick"), starts_from="shipped"), data)
    second = make(replace(first.recipe(), starts_from=first.id))
    expected = facts(second).source
    assert [expected.count(part) for part in ("signs.jsonl", mnist.MNIST.source, CREDIT)] == [1, 1, 1]
    keep_start_sources(second)
    _delete(first)
    assert facts(second).source == expected
    third = make(replace(second.recipe(), starts_from=second.id))
    keep_start_sources(third)
    _delete(second)
    assert sorted(sources(third)) == sorted(expected.split("; and "))


@pytest.mark.parametrize("name", ["recipe.json", "data.json"])
def test_network_can_be_exported_if_a_file_of_an_earlier_run_is_damaged(make, name):
    data = files.parse(stroke_lines(), "signs.jsonl", "Ann", "CC0")
    first = make(preset("quick"), data)
    second = make(replace(preset("quick"), starts_from=first.id))
    (first.folder / name).write_text("{")
    source = facts(second).source
    assert mnist.MNIST.source in source
    assert "unknown" in source


def test_network_can_be_exported_if_its_own_recipe_is_damaged(make):
    run = make(preset("quick"))
    (run.folder / "recipe.json").write_text("{")
    assert facts(run).recipe == file.load(run.model_path).recipe
    assert "unknown because recipe.json is damaged" in facts(run).source


def test_run_that_starts_from_itself_names_its_data_once(make):
    run = make(preset("quick"))
    run.write_recipe(replace(run.recipe(), starts_from=run.id))
    assert facts(run).source.count(mnist.MNIST.source) == 1


def test_network_that_cannot_be_read_is_named_with_its_run(make, monkeypatch):
    run = make(preset("quick"))
    run.model_path.write_bytes(b"nothing")
    with pytest.raises(
        ValueError, match=rf"^run {run.id}: the file model\.safetensors is not a packed network: "
    ):
        facts(run)
    run.model_path.unlink()
    with pytest.raises(ValueError, match=f"^run {run.id} has no network to export yet$"):
        facts(run)

    def refuse(*arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("bnn.export.facts.read_bytes", refuse)
    with pytest.raises(
        ValueError, match=rf"^run {run.id}: model\.safetensors cannot be read: Permission denied$"
    ):
        facts(run)

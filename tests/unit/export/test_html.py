"""The content of the exported page. Browser tests check that it reads drawings."""

import re

import pytest

from bnn.data import files
from bnn.engine import file
from bnn.export.html import network_in, to_html
from bnn.recipes.presets import preset
from bnn.runs import store
from tests.support.data_files import stroke_lines

MAX_BYTES = 220_000
# Features that one of the browsers in docs/export.md (Chrome 117, Firefox 102, Safari 16.0) lacks, or got
# only a few versions earlier (caniuse.com, MDN).
TOO_NEW = (
    *("light-dark(", ":has(", "color-mix(", "oklch(", "@layer", "@scope", "text-wrap:", "structuredClone"),
    *("Promise.withResolvers", "Promise.try", "Object.groupBy", "Array.fromAsync", "Uint8Array.fromBase64"),
    *(".findLast(", ".toSorted(", "requestIdleCallback", "OffscreenCanvas", "scheduler."),
)


def test_page_is_small_and_contains_the_packed_file():
    run = store.find(None)
    page = to_html(run)
    assert len(page.encode()) <= MAX_BYTES
    assert network_in(page) == run.model_path.read_bytes()


def test_page_names_its_network_and_accuracy():
    page = to_html(store.find("quick"))
    for words in (
        "recipe quick",
        "421,408",
        "test digits (95\u00a0% interval",
        "55\u00a0kB",
        "CC BY-SA 3.0",
        "bnn export RUN --check",
    ):
        assert words in page


def test_size_of_a_small_network_is_shown_as_in_the_app(run, random_network):
    run.model_path.write_bytes(file.to_bytes(random_network(stages=())))
    size = run.model_path.stat().st_size
    assert 1000 < size < 9995
    assert f"<dd>{size / 1000:.2f}\u00a0kB</dd>" in to_html(run)


def test_page_loads_nothing_from_elsewhere():
    page = to_html(store.find("quick"))
    assert "default-src 'none'" in page
    for attribute in ('src="', "src='", "@import", 'href="http', "url("):
        assert attribute not in page


def test_page_of_a_network_for_signs_does_not_mention_digits(runs_root, random_network):
    data = files.parse(stroke_lines(), "signs.jsonl", "", "")
    run = store.create(preset("quick"), data)
    run.model_path.write_bytes(file.to_bytes(random_network(class_names=data.class_names)))
    page = to_html(run, can_send=True)
    assert "<title>Draw a sign · One-Bit Lab</title>" in page
    assert "not measured on test drawings" in page
    # "digit" is also the name of an element and of a class.
    elements = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert "digit" not in re.sub(r'(id|class)="digit"', "", elements).lower()
    assert "Digits" not in page


def test_page_uses_nothing_that_the_oldest_supported_browsers_lack():
    page = to_html(store.find("quick"), can_send=True)
    # The base64 text of the network and of the engine could contain any of the words by chance.
    source = re.sub(r"[A-Za-z0-9+/=]{100,}", "", page)
    assert [word for word in TOO_NEW if word in source] == []


def test_names_are_shown_as_text(tmp_path):
    run = store.create(preset("quick"))
    run.model_path.write_bytes(store.find("quick").model_path.read_bytes())
    store.rename(run, "<b>mine</b> & $title")
    page = to_html(run)
    assert "&lt;b&gt;mine&lt;/b&gt; &amp; $title" in page
    assert "<b>mine" not in page


def test_run_without_network_is_refused_by_name():
    run = store.create(preset("quick"))
    with pytest.raises(ValueError, match=f"{run.id} has no network"):
        to_html(run)


@pytest.mark.parametrize(
    "change",
    [lambda page: page.replace('id="network"', 'id="net"'), lambda page: page.replace("AAAA", "AAAB", 1)],
)
def test_page_whose_network_was_changed_is_refused(change):
    with pytest.raises(ValueError, match=r"packed network|was changed"):
        network_in(change(to_html(store.find("quick"))))

"""Runs that are renamed or deleted while pages show them."""

import shutil
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from bnn.analysis import damage
from bnn.data import mnist
from bnn.engine import file, inference
from bnn.runs.run import Run
from bnn.system.files import write_atomically
from tests.support import chromium, drawing_hand, waiting
from tests.support.run_content import living_status

pytestmark = pytest.mark.browser

RUN_ID = "20260131-094500-quick"


def test_browser_loads_the_network_of_a_folder_with_any_name(open_page, add_run):
    run_id = f"{RUN_ID} #2, 100%41 – Größe"
    add_run("quick", run_id)
    answers = []

    def note(answer):
        if "/network/" in answer.url:
            answers.append((answer.url.rpartition("/network/")[2].partition("/")[0], answer.status))

    page = open_page(f"?run={quote(run_id)}", prepare=lambda page: page.on("response", note))
    chromium.wait_for_network(page)
    assert answers == [(quote(run_id, safe=""), 200)]


def test_menu_stays_open_after_a_refused_name_and_closes_after_an_accepted_one(open_page, add_run, server):
    add_run("quick", RUN_ID)
    page = open_page(f"train?run={RUN_ID}")
    page.locator(".st-key-rename button").first.click()
    field = page.get_by_label("New name for this run")
    field.fill("The app's network")
    field.press("Enter")
    expect(page.get_by_text("Another run is called")).to_be_visible()
    field.fill("Ann")
    field.press("Enter")
    expect(page.get_by_text("Its name is now Ann.")).to_be_visible()
    expect(field).to_be_hidden()
    assert Run(RUN_ID, server.runs_root / RUN_ID).name() == "Ann"


def test_draw_says_at_the_top_that_its_run_was_deleted_and_shows_another_one(open_page, add_run, server):
    add_run("quick", RUN_ID)
    run = Run(RUN_ID, server.runs_root / RUN_ID)
    write_atomically(run.folder / "name.txt", "Ann")
    page = open_page(f"?run={RUN_ID}")
    chosen = page.get_by_role("combobox", name="Which network answers")
    expect(chosen).to_have_value("Ann")
    shutil.rmtree(run.folder)
    page.locator(".st-key-clear button").click()
    expect(page.get_by_text("The run Ann no longer exists.")).to_be_in_viewport()
    # For a moment, the page may have both the old box and the new one.
    values = "boxes => boxes.map(box => box.value)"
    waiting.until_equal(lambda: chosen.evaluate_all(values), ["The app\u2019s network"], "the box's value")
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")


def test_drawing_stays_when_the_page_says_that_its_run_was_deleted(open_page, add_run, server):
    add_run("quick", RUN_ID)
    page = open_page(f"?run={RUN_ID}")
    expect(page.get_by_role("combobox", name="Which network answers")).not_to_have_value(
        "The app\u2019s network"
    )
    shutil.rmtree(server.runs_root / RUN_ID)
    drawing_hand.draw(page, 3)
    expect(page.get_by_text("no longer exists.")).to_be_visible()
    chromium.wait_until_complete(page)
    # A whole digit covers several thousand pixels.
    assert page.evaluate(drawing_hand.NUM_DRAWN, "lower") > 1000


def test_chapter_shows_the_newest_network_of_its_run_and_says_that_the_run_was_deleted(
    open_page, add_run, server
):
    add_run("quick", RUN_ID)
    folder = server.runs_root / RUN_ID
    page = open_page(f"inside?run={RUN_ID}&digit=m0&step=break")
    noise, num_right = page.get_by_role("slider", name="Noise"), page.locator(".st-key-break-counts .value")
    # A running training replaces the network in the same way.
    newest = folder / "batches" / "0000.safetensors"
    write_atomically(folder / "model.safetensors", newest.read_bytes())
    noise.press("ArrowRight")
    images, labels = mnist.test().images[::10], mnist.test().labels[::10]
    answers = inference.probabilities(file.load(newest), damage.add_noise(images, 5)).argmax(axis=1)
    expect(num_right.first).to_have_text(str((answers == labels).sum()))
    chromium.wait_until_complete(page)
    shutil.rmtree(folder)
    noise.press("ArrowRight")
    expect(page.get_by_text("no longer exists. It was deleted")).to_be_in_viewport(ratio=1)
    expect(num_right).to_have_count(0)


def test_second_click_on_delete_deletes_no_other_run(open_page, server, add_run):
    for day in (1, 2, 3):
        add_run("quick", f"2026110{day}-100000-quick")
    page = open_page("train")
    page.locator(".st-key-delete button").click()
    confirm = page.get_by_role("button", name="Yes, delete it")
    expect(confirm).to_be_visible()
    chromium.wait_until_complete(page)
    confirm.hover()
    for _ in range(2):
        page.mouse.down()
        page.mouse.up()
    expect(confirm).to_have_count(0)
    chromium.wait_until_complete(page)
    assert [run.id[:8] for run in server.runs()] == ["20261102", "20261101"]


def test_compared_run_stays_when_another_run_is_shown_or_its_label_changes(open_page, add_run, server):
    first, second = "20260131-094500-mine", "20260131-094501-mine"
    for run_id in (first, second, RUN_ID):
        add_run("quick", run_id)
    # Scrolling would close the list of networks. In this window, the page does not scroll.
    page = open_page(f"train?run={first}", height=4000)
    page.get_by_text("For experts", exact=True).click()
    chromium.wait_until_complete(page)
    choice = page.get_by_label("Compare with")
    chromium.choose(choice, page.get_by_role("option", name="Learnt hand"))
    chromium.wait_until_complete(page)
    _expect_compared(page, "Learnt hand (31 Jan 09:45:01)")
    choice.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    _show(page, "quick, 31 Jan 09:45:00")
    _expect_compared(page, "Learnt hand (31 Jan 09:45:01)")
    write_atomically(server.runs_root / second / "name.txt", "Ann")
    # The browser learns the new label in the first rerun, and sends it in the second.
    _show(page, "The app’s network")
    _expect_compared(page, "Ann")
    _show(page, "Learnt hand")
    _expect_compared(page, "Ann")


@pytest.fixture
def training(add_run, server):
    """A run that is being trained."""
    add_run("quick", RUN_ID)
    run = Run(RUN_ID, server.runs_root / RUN_ID)
    run.write_status(living_status(epoch=1, num_epochs=3))
    return run


def test_curves_of_a_training_stay_when_a_compared_run_is_deleted(open_page, add_run, server, training):
    other = "20260131-094500-mine"
    add_run("quick", other)
    page = open_page(f"train?run={training.id}", height=4000)
    page.get_by_text("For experts", exact=True).click()
    chromium.wait_until_complete(page)
    chromium.choose(page.get_by_label("Compare with"), page.get_by_role("option", name="Learnt hand"))
    chromium.wait_until_complete(page)
    _expect_compared(page, "Learnt hand")
    shutil.rmtree(server.runs_root / other)
    # For a moment, the page may have both the old box and the new one.
    expect(page.locator(".stMultiSelect", has_text="Learnt hand")).to_have_count(0)
    # Without a second run, the legend only names training and validation.
    expect(page.locator(".st-key-chart-accuracy .role-legend-label text")).to_have_count(2)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_another_run_is_shown_when_the_shown_one_is_deleted_during_a_training(
    open_page, add_run, server, training
):
    shown = "20260131-094500-mine"
    add_run("quick", shown)
    page = open_page(f"train?run={shown}")
    box = page.locator("[class*=st-key-run_shown-] input")
    expect(box).to_have_value("Learnt hand")
    shutil.rmtree(server.runs_root / shown)
    expect(page.get_by_text("The run Learnt hand no longer exists.")).to_be_visible()
    # For a moment, the page may have both the old box and the new one.
    expect(box.and_(page.locator("[value='quick, 31 Jan 09:45:00']"))).to_have_count(1)
    expect(box).to_have_count(1)
    expect(page.get_by_test_id("stAlert")).to_have_count(1)


def test_idle_train_page_notices_a_training_that_was_started_elsewhere(open_page, add_run, server):
    add_run("quick", "20260131-094500-mine")
    page = open_page("train")
    page.get_by_text("For experts", exact=True).click()
    row = page.get_by_role("row", name="Learnt hand")
    expect(row).to_contain_text("finished")
    add_run("quick", RUN_ID)
    Run(RUN_ID, server.runs_root / RUN_ID).write_status(living_status(epoch=1, num_epochs=3))
    expect(page.get_by_role("row", name="quick, 31 Jan 09:45:00")).to_contain_text("training")
    expect(row).to_be_visible()


def test_open_menu_closes_when_its_run_is_deleted_elsewhere(open_page, add_run, server):
    for day in (1, 2):
        add_run("quick", f"2026110{day}-100000-quick")
    page = open_page("train?run=20261102-100000-quick")
    page.locator(".st-key-rename button").first.click()
    page.get_by_label("New name for this run").fill("Ann")
    shutil.rmtree(server.runs_root / "20261102-100000-quick")
    expect(page.get_by_text("no longer exists.")).to_be_visible()
    expect(page.get_by_label("New name for this run")).to_be_hidden()
    assert server.runs()[0].name() == server.runs()[0].id


def test_open_list_of_runs_stays_open_when_a_run_is_added(open_page, add_run):
    add_run("quick", "20261101-100000-quick")
    # Scrolling would close the list. In this window, the page does not scroll.
    page = open_page("train?run=20261101-100000-quick", height=4000)
    page.locator("[class*=st-key-run_shown-] input").press("ArrowDown")
    expect(page.get_by_role("option")).not_to_have_count(0)
    num_options = page.get_by_role("option").count()
    add_run("record", RUN_ID)
    expect(page.get_by_role("option")).to_have_count(num_options + 1)


def _show(page, label):
    """Chooses the run with this label as the one that Train shows."""
    box = page.locator("[class*=st-key-run_shown-] input")
    chromium.choose(box, page.get_by_role("option", name=label, exact=True))
    # If labels have changed, a new box replaces this one. For a moment, both are on the page.
    values = "boxes => boxes.map(box => box.value)"
    waiting.until_equal(lambda: box.evaluate_all(values), [label], "the values of the box")
    chromium.wait_until_complete(page)


def _expect_compared(page, label):
    """Checks that the shown run is compared with the run with this label, and with no other."""
    expect(page.locator(".stMultiSelect")).to_contain_text(label)
    # The legend names training and validation, and two runs.
    expect(page.locator(".st-key-chart-accuracy .role-legend-label text")).to_have_count(4)

"""The Train page without a browser: the settings of a recipe, and messages about impossible ones."""

import pytest

from bnn.recipes.presets import PRESETS
from tests.support.page_content import shown
from tests.support.pages import button_keys, click, open_page


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.toggle(key="more-recipes").set_value(True),
        lambda page: page.radio(key="recipe").set_value("best"),
        lambda page: page.number_input(key="set-quick-epochs").set_value(2),
        lambda page: page.number_input(key="set-quick-epochs").set_value(0),
    ],
    ids=["toggle", "other recipe", "setting", "refused setting"],
)
def test_settings_are_hidden_unless_they_are_wanted_or_have_an_effect(make_run, change):
    make_run()
    page = open_page("train")
    assert 'class="more"' not in shown(page)
    change(page).run()
    assert 'class="more"' in shown(page)


def test_page_says_why_the_settings_are_shown_while_the_switch_is_off(make_run):
    make_run()
    page = open_page("train")
    assert _why(page) == []
    page.radio(key="recipe").set_value("best").run()
    assert _why(page) == ["Shown because one of these recipes is chosen."]
    page.toggle(key="more-recipes").set_value(True).run()
    assert _why(page) == []


@pytest.mark.parametrize("num_epochs", [2, 0])
def test_changed_settings_are_reset_by_a_button(make_run, num_epochs):
    make_run()
    page = open_page("train")
    page.number_input(key="set-quick-epochs").set_value(num_epochs).run()
    page.text_input(key="set-quick-dense").set_value("64").run()
    assert _why(page) == ["Shown because a setting was changed."]
    page = click(page, "reset-settings")
    assert _why(page) == []
    assert 'class="more"' not in shown(page)
    (field,) = (field for field in page.number_input if field.label == "Epochs")
    assert field.value == PRESETS["quick"].epochs


def test_changed_settings_can_be_reset_while_more_settings_are_wanted(make_run):
    make_run()
    page = open_page("train")
    page.toggle(key="more-recipes").set_value(True).run()
    assert "reset-settings" not in button_keys(page)
    page.number_input(key="set-quick-epochs").set_value(2).run()
    page = click(page, "reset-settings")
    (field,) = (field for field in page.number_input if field.label == "Epochs")
    assert field.value == PRESETS["quick"].epochs
    assert page.toggle(key="more-recipes").value
    assert "reset-settings" not in button_keys(page)


def _why(page):
    return [caption.value for caption in page.caption if caption.value.startswith("Shown because")]


@pytest.mark.parametrize(
    "field, value, label",
    [
        ("epochs", 0, "Epochs"),
        ("epochs", 100_000, "Epochs"),
        ("learning_rate", -1.0, "Learning rate"),
        ("augment", 9.0, "Deformation"),
    ],
)
def test_setting_out_of_range_is_reported_at_its_field_in_one_sentence(launched, field, value, label):
    page = open_page("train")
    page.number_input(key=f"set-quick-{field}").set_value(value).run()
    assert not page.exception
    # One error is at the field. The other one is visible while the settings are closed.
    assert len(page.error) == 2
    assert all(error.value.startswith(f"{label} must be from") for error in page.error)
    assert field in _fields_above_the_error(page)[-2:]
    assert page.button(key="start").disabled


def _fields_above_the_error(page):
    """Returns the settings whose fields are above the message in the form, in order."""
    (form,) = (expander for expander in page.expander if expander.label == "Advanced settings")
    parts = [part for part in _parts(form) if part.type in ("number_input", "text_input", "error")]
    at_error = [part.type for part in parts].index("error")
    return [part.key.removeprefix("set-quick-") for part in parts[:at_error]]


def _parts(block):
    """Returns all elements in a block, at any depth, in order."""
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from _parts(child)
        else:
            yield child


@pytest.mark.parametrize("text", ["many", "1 | ", "-3", "0", "99999", "1.5", "1," * 3000])
def test_impossible_architecture_is_reported_in_one_sentence(text):
    page = open_page("train")
    page.text_input(key="set-quick-stages").set_value(text).run()
    assert not page.exception
    assert page.error
    assert len(page.error[0].value) < 200
    assert page.button(key="start").disabled


@pytest.mark.parametrize(
    "field, text, message",
    [
        ("stages", "abc", "Neurons of the convolutions must look like 32, 32 | 64, got “abc”."),
        ("stages", "1|" * 6 + "1", "Neurons of the convolutions must be at most 4 groups of neurons, got 7."),
        ("stages", "9999", "Neurons of the convolutions must be whole numbers from 1 to 4,096, got 9,999."),
        ("dense", "x", "Neurons of the dense layers must look like 256, 128, got “x”."),
    ],
)
def test_mistake_in_the_layers_is_reported_at_its_field_with_its_label(field, text, message):
    page = open_page("train")
    page.text_input(key=f"set-quick-{field}").set_value(text).run()
    assert {error.value.replace("\\", "") for error in page.error} == {message}
    assert _fields_above_the_error(page)[-1] == field


@pytest.mark.parametrize("name", PRESETS)
def test_layers_can_be_changed_only_if_the_recipe_begins_with_random_weights(launched, name):
    page = open_page("train")
    page.radio(key="recipe").set_value(name).run()
    fields = (*page.selectbox, *page.toggle, *page.text_input)
    disabled = {field.key.rpartition("-")[2] for field in fields if field.disabled and field.key}
    starts_from = bool(PRESETS[name].starts_from)
    assert disabled == ({"pixels", "pool_first", "stages", "dense"} if starts_from else set())
    assert any("starts from the app’s network, so" in note.value for note in page.caption) == starts_from

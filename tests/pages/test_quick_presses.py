"""Each press takes effect, although the browser's next messages come while the server is busy."""

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.testing.v1 import AppTest

from pages.shared import quick_presses


def page():
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    state = st.session_state

    def press(name):
        # The browser sends these messages at this moment.
        for message in state.pop("next_messages", []):
            get_script_run_ctx().script_requests.request_rerun(message)
        state.pressed.append(name)
        if name == "jump":
            state.place = 9

    state.setdefault("pressed", [])
    state.setdefault("num_runs", 0)
    state.num_runs += 1
    for name in ("first", "second", "jump"):
        st.button(name, on_click=press, args=(name,))
    state.is_plain_pressed = st.button("plain")
    st.slider("Place", 0, 9, key="place")


@pytest.fixture
def original(monkeypatch):
    """Streamlit without the changes, also if another test has made them."""
    for owner, name in (
        (ScriptRequests, "_request_rerun_locked"),
        (SafeSessionState, "on_script_will_rerun"),
    ):
        method = getattr(owner, name)
        monkeypatch.setattr(owner, name, getattr(method, "__wrapped__", method))


@pytest.fixture
def changed(original):
    """Streamlit with the changes."""
    quick_presses.take_all_presses()


def press(*names, places=()):
    """Presses the first button, and the others while its callback runs. Returns the page.

    `places` are the places of the slider in the messages of the other buttons; 0 if there are too few.
    """
    app = AppTest.from_function(page).run()
    first, *others = names
    messages = []
    for i, name in enumerate(others):
        (button,) = [button for button in app.button if button.label == name]
        place = places[i] if i < len(places) else 0
        states = [WidgetState(id=button.proto.id, trigger_value=True), slider_state(app, place)]
        messages.append(RerunData(widget_states=WidgetStates(widgets=states)))
    app.session_state["next_messages"] = messages
    next(button for button in app.button if button.label == first).click().run()
    assert not app.exception
    return app


def slider_state(app, place):
    state = WidgetState(id=app.slider[0].proto.id)
    state.double_array_value.data.append(place)
    return state


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize(
    "names",
    [
        ("first", "second"),
        ("second", "first", "second", "first"),
        ("first",) * 4,
    ],
)
def test_callbacks_are_called_for_all_presses_in_their_order(names):
    app = press(*names)
    assert app.session_state.pressed == list(names)
    # The script runs once at first, and once for all these presses.
    assert app.session_state.num_runs == 2


@pytest.mark.usefixtures("changed")
def test_press_without_a_callback_is_seen_by_the_script_although_another_one_follows():
    app = press("first", "plain", "second")
    assert app.session_state.is_plain_pressed
    assert app.session_state.pressed == ["first", "second"]


@pytest.mark.usefixtures("changed")
def test_message_from_before_an_answer_does_not_undo_it():
    # The message of the third button has the place from before the second.
    assert press("first", "jump", "second").slider[0].value == 9
    # The visitor has moved the slider since then.
    assert press("first", "jump", "second", places=(0, 4)).slider[0].value == 4


@pytest.mark.usefixtures("original")
def test_unchanged_streamlit_still_loses_presses():
    """If this fails, Streamlit has mended it, and quick_presses.py can go."""
    assert press("first", "second").session_state.pressed == ["second"]
    assert press("first", "second", "second").session_state.pressed == ["second"]


@pytest.mark.usefixtures("original")
def test_other_versions_of_streamlit_stay_as_they_are(monkeypatch):
    before = SafeSessionState.on_script_will_rerun, ScriptRequests._request_rerun_locked
    monkeypatch.setattr(st, "__version__", "1.68.0")
    quick_presses.take_all_presses()
    assert (SafeSessionState.on_script_will_rerun, ScriptRequests._request_rerun_locked) == before

"""Lets each press and each choice take effect, however quickly they follow each other."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, TypeVar, cast

import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner_utils import script_requests
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests, ScriptRequestType
from streamlit.runtime.state.safe_session_state import SafeSessionState

_Method = TypeVar("_Method", bound=Callable[..., Any])


@dataclass(frozen=True)
class _Messages:
    """The widgets' states in several messages from a browser, in the order in which they were sent.

    In Streamlit, it takes the place of the states in the last of these messages.
    """

    states: tuple[WidgetStates, ...]

    @property
    def widgets(self) -> list[WidgetState]:
        return list(self.states[-1].widgets)


def take_all_presses() -> None:
    """Changes two methods of Streamlit 1.67, so that no press is lost or comes too early.

    - While Streamlit calls callbacks, it looks for a newer message at each access to `st.session_state`. If
      there is one, it drops the rest of the callback. Changed, each callback runs to its end.
    - While a script runs, Streamlit merges the messages that wait. Of two presses of one button, one is
      lost, and the callbacks of different buttons are called in any order. Changed, Streamlit calls the
      callbacks of one message after the other. Then it runs the script once.

    See https://github.com/streamlit/streamlit/issues/10578, and what Streamlit's developers plan in
    https://github.com/streamlit/streamlit/pull/16763. The setting `runner.fastReruns = false` in
    .streamlit/config.toml is also necessary: otherwise, Streamlit starts a second script beside the first.

    Other versions of Streamlit stay as they are.
    """
    if st.__version__.startswith("1.67."):
        ScriptRequests._request_rerun_locked = _in_order(ScriptRequests._request_rerun_locked)
        SafeSessionState.on_script_will_rerun = _uninterrupted(SafeSessionState.on_script_will_rerun)


def _in_order(request_rerun: _Method) -> _Method:
    """Returns the method that asks for a rerun, changed so that it keeps each message that waits."""

    @wraps(request_rerun)
    def changed(requests: ScriptRequests, new: RerunData) -> bool:
        waiting = requests._rerun_data.widget_states if requests._state == ScriptRequestType.RERUN else None
        if waiting is None or new.widget_states is None:
            return request_rerun(requests, new)
        states = waiting.states if isinstance(waiting, _Messages) else (waiting,)
        if _news(new.widget_states, states[-1]).widgets:
            states = (*states, new.widget_states)
        # All other data of the two requests are merged.
        requests._rerun_data = replace(requests._rerun_data, widget_states=None)
        is_accepted = request_rerun(requests, new)
        messages = cast("WidgetStates", _Messages(states))
        requests._rerun_data = replace(requests._rerun_data, widget_states=messages)
        return is_accepted

    return cast("_Method", changed)


def _uninterrupted(call_callbacks: _Method) -> _Method:
    """Returns the method that calls the callbacks, changed so that it takes each message to its end."""

    @wraps(call_callbacks)
    def changed(
        session: SafeSessionState,
        fresh_widget_states: WidgetStates | _Messages | None,
        *,
        replay_trigger_states: WidgetStates | None = None,
        **options: object,
    ) -> None:
        look_for_message = session._yield_callback
        # An ordinary assignment would set a value in the session.
        object.__setattr__(session, "_yield_callback", lambda: None)
        try:
            newest = fresh_widget_states
            if isinstance(newest, _Messages):
                news = [newest.states[0], *map(_news, newest.states[1:], newest.states)]
                *earlier, newest = news
                for states in earlier:
                    call_callbacks(session, states)
                    # The script sees these presses, too: some buttons have no callback.
                    replay_trigger_states = script_requests._coalesce_replay_trigger_states(
                        replay_trigger_states, states
                    )
            call_callbacks(session, newest, replay_trigger_states=replay_trigger_states, **options)
        finally:
            object.__setattr__(session, "_yield_callback", look_for_message)

    return cast("_Method", changed)


def _news(states: WidgetStates, before: WidgetStates) -> WidgetStates:
    """Returns the presses in a message, and what has changed since the message before.

    The rest is left out, because the message may be older than the server's answer to the one before. It
    would undo what the callbacks of that message have done.
    """
    known = {state.id: state for state in before.widgets}
    news = [
        state
        for state in states.widgets
        if script_requests._has_active_trigger_value(state) or known.get(state.id) != state
    ]
    return WidgetStates(widgets=news)

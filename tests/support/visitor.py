"""A visitor without a browser, who speaks Streamlit's protocol and keeps the page that the server sends.

A class may have thirty visitors, each with a browser on a machine of their own. In a test, thirty browsers
would occupy the processor that the server needs, so there is no browser. The messages equal those that a
browser sends with Streamlit 1.67 and streamlit-drawable-canvas 0.13.
"""

import asyncio
import base64
import io
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter

import numpy as np
from PIL import Image
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from tests.support.drawings import Reading

PATIENCE_SECONDS = 60.0
MAX_MESSAGE_BYTES = 2**24
# What the canvas reports about its background picture when the picture has been loaded.
BACKGROUND_FIT = dict(naturalWidth=320, naturalHeight=320, scaleX=1, scaleY=1, offsetX=0, offsetY=0)


def in_own_loop(coroutine):
    """Runs the coroutine in another thread, because Playwright has an event loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


class Visitor:
    """One visitor's session with the server, used as `async with Visitor(url) as visitor`."""

    def __init__(self, url: str):
        self.address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
        self.page_hashes: dict[str, str] = {}
        # By position on the page: the script run that sent an element or block, and the element or block.
        self.deltas: dict[tuple, tuple] = {}
        self.errors: list[str] = []
        self._page, self._script_run, self._fragments = "", None, ()
        # By widget: the field of Streamlit's WidgetState and its value.
        self._values: dict[str, tuple] = {}
        self._repeats: dict[str, asyncio.Task] = {}
        self._news = asyncio.Condition()
        # The fragment that the last request was for; "" for the whole page.
        self._requested_fragment = ""
        self._num_requested = self._num_done = 0
        self._is_running = self._is_lost = False

    async def __aenter__(self):
        self._socket = await connect(
            self.address, subprotocols=["streamlit"], max_size=MAX_MESSAGE_BYTES, ping_interval=None
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_):
        self._stop_repeating()
        await self._socket.close()
        self._reader.cancel()

    async def open(self, page: str = "") -> None:
        """Goes to the page of that address and waits until it is complete."""
        self._page, self._values = self.page_hashes.get(page, ""), {}
        await self._ask()
        await self.until(self.is_at_rest, f"the page {page!r}")
        if self._canvas():
            await self._report([])
            await self.until(self.is_at_rest, "the canvas")

    async def draw(self, objects: list[dict]) -> float:
        """Reports these strokes without waiting for an answer; returns the time of sending."""
        await self._report(objects)
        return time.monotonic()

    async def clear(self) -> None:
        """Presses Clear and waits for the new canvas."""
        old = self._canvas().new_element.bidi_component.id
        await self.press("clear")
        await self.until(lambda: self._canvas().new_element.bidi_component.id != old, "a new canvas")
        await self._report([])

    async def press(self, key: str) -> None:
        """Presses the button of that key, without waiting for the result."""
        delta = self._widget("button", key)
        await self._ask(delta.fragment_id, delta.new_element.button.id)

    async def enter(self, key: str, value: int | str) -> None:
        """Types into the field of that key and waits for the page."""
        kind, field = (
            ("number_input", "int_value") if isinstance(value, int) else ("text_input", "string_value")
        )
        delta = self._widget(kind, key)
        self._values[getattr(delta.new_element, kind).id] = field, value
        await self._ask(delta.fragment_id)
        await self.until(self.is_at_rest, f"{key} to be {value!r}")

    async def until(self, condition, what: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Waits until the condition is true; it is checked after every script run."""
        async with self._news:
            try:
                await asyncio.wait_for(self._news.wait_for(lambda: self._is_lost or condition()), seconds)
            except TimeoutError:
                raise AssertionError(f"waited {seconds:g} s for {what}; errors: {self.errors}") from None
            if self._is_lost:
                # Raises the reader's error, if there was one.
                await self._reader
                raise ConnectionError(f"the server closed the connection before {what}")

    def is_at_rest(self) -> bool:
        """Returns whether the page shows the result of the last request."""
        return not self._is_running and self._num_done >= self._num_requested

    def html(self) -> str:
        """Returns all HTML on the page, in order."""
        return "".join(
            d.new_element.html.body for _, (_, d) in sorted(self.deltas.items(), key=itemgetter(0))
        )

    def text(self) -> str:
        """Returns all Markdown on the page, in order."""
        return "\n".join(
            d.new_element.markdown.body for _, (_, d) in sorted(self.deltas.items(), key=itemgetter(0))
        )

    def reading(self) -> Reading:
        """Returns the image and the answer that the Draw page shows."""
        html = self.html()
        digit = re.search(r'data-state="(\w+)" data-digit="(\d?)"', html)
        widths = re.findall(r'class="fill" style="width:([\d.]+)%', html)
        picture = re.search(r'alt="28 by 28 pixels" src="data:image/png;base64,([^"]+)"', html)
        image = np.asarray(Image.open(io.BytesIO(base64.b64decode(picture[1]))))
        state, digit = digit.groups()
        return Reading(image, int(digit) if digit else None, state == "sure", np.array(widths, float) / 100)

    async def _ask(self, fragment_id="", trigger=None, is_auto_rerun=False):
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash, state.fragment_id = "tour=off", self._page, fragment_id
        state.is_auto_rerun = is_auto_rerun
        # A browser reports every widget on the page, whichever was changed.
        for widget_id, (field, value) in self._values.items():
            state.widget_states.widgets.add(id=widget_id, **{field: value})
        if trigger:
            state.widget_states.widgets.add(id=trigger, trigger_value=True)
        if not is_auto_rerun:
            self._requested_fragment, self._num_requested = fragment_id, self._num_done + 1
        await self._socket.send(message.SerializeToString())

    async def _report(self, objects):
        drawing = (
            {"drawing": {"raw": {"version": "7.4.0", "objects": objects}, "data": None}} if objects else {}
        )
        delta = self._canvas()
        widget_id = delta.new_element.bidi_component.id
        self._values = {key: value for key, value in self._values.items() if "-canvas-" not in key}
        self._values[widget_id] = "json_value", json.dumps({"backgroundFit": BACKGROUND_FIT, **drawing})
        await self._ask(delta.fragment_id)

    def _canvas(self):
        canvases = [d for _, d in self.deltas.values() if "-canvas-" in d.new_element.bidi_component.id]
        return canvases[0] if canvases else None

    def _widget(self, kind, key):
        elements = ((delta, getattr(delta.new_element, kind)) for _, delta in self.deltas.values())
        (widget,) = [delta for delta, element in elements if element.id.endswith(f"-{key}")]
        return widget

    async def _repeat(self, fragment_id, seconds):
        while True:
            await asyncio.sleep(seconds)
            await self._ask(fragment_id, is_auto_rerun=True)

    def _stop_repeating(self):
        for task in self._repeats.values():
            task.cancel()
        self._repeats.clear()

    async def _read(self):
        try:
            async for data in self._socket:
                message = ForwardMsg()
                message.ParseFromString(data)
                self._handle(message)
                if message.HasField("script_finished"):
                    async with self._news:
                        self._news.notify_all()
        finally:
            async with self._news:
                self._is_lost = True
                self._news.notify_all()

    def _handle(self, message):
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._is_running = True
            self._script_run = message.metadata.run.script_run_id
            self._fragments = tuple(message.metadata.run.fragment_ids)
            if not self._fragments:
                self._stop_repeating()
        elif kind == "navigation":
            self.page_hashes = {
                "" if page.is_default else page.url_pathname: page.page_script_hash
                for page in message.navigation.app_pages
            }
        elif kind == "delta":
            self._place(tuple(message.metadata.delta_path), message.delta)
        elif kind == "auto_rerun":
            fragment_id, seconds = message.auto_rerun.fragment_id, message.auto_rerun.interval
            self._repeats[fragment_id] = asyncio.create_task(self._repeat(fragment_id, seconds))
        elif kind == "script_finished":
            self._finish(message.script_finished)

    def _place(self, path, delta):
        self.deltas[path] = self._script_run, delta
        element = delta.new_element
        is_error = element.HasField("alert") and element.alert.format == Alert.ERROR
        if is_error or element.HasField("exception"):
            self.errors.append(str(element).strip())

    def _finish(self, status):
        statuses = ForwardMsg.ScriptFinishedStatus
        if status == statuses.FINISHED_EARLY_FOR_RERUN:
            return
        if status not in (statuses.FINISHED_SUCCESSFULLY, statuses.FINISHED_FRAGMENT_RUN_SUCCESSFULLY):
            self.errors.append(f"the script ended as {statuses.Name(status)}")
        # Elements that this script run did not draw again are removed. The run of a fragment removes only
        # elements of this fragment.
        self.deltas = {
            path: (run, delta)
            for path, (run, delta) in self.deltas.items()
            if run == self._script_run or (self._fragments and delta.fragment_id not in self._fragments)
        }
        # A fragment that reruns by itself does not answer a request to the page or to another fragment.
        if not self._fragments or self._requested_fragment in self._fragments:
            self._num_done += 1
        self._is_running = False

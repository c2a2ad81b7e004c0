"""Several fingers on a page in a browser."""

from playwright.sync_api import Page


class Fingers:
    """Puts fingers on a page, moves and lifts them. Each has a number, and places are (x, y) on the page."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)
        self._places = {}

    def put(self, number: int, place: tuple[float, float]) -> None:
        """Puts a finger on the page."""
        self._places[number] = place
        self._send("touchStart", self._places)

    def move(self, number: int, places: list[tuple[float, float]]) -> None:
        """Moves a finger that is on the page."""
        for place in places:
            self._places[number] = place
            self._send("touchMove", self._places)

    def lift(self, number: int) -> None:
        """Lifts a finger. The others stay."""
        self._send("touchEnd", {number: self._places.pop(number)})

    def draw(self, number: int, places: list[tuple[float, float]]) -> None:
        """Puts a finger on the first place, moves it to the others, and lifts it."""
        self.put(number, places[0])
        self.move(number, places[1:])
        self.lift(number)

    def cancel(self) -> None:
        """Lets the browser cancel all touches."""
        self._places.clear()
        self._send("touchCancel", {})

    def _send(self, kind: str, places: dict[int, tuple[float, float]]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in places.items()]
        self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

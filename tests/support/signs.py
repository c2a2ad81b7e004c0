"""Signs like those that visitors draw on the Teach page."""

import math

# Two successive points of a star are two fifths of a turn apart.
STAR = [(math.sin(0.8 * math.pi * i), -math.cos(0.8 * math.pi * i)) for i in range(6)]
# The strokes of each sign, in a box from -1 to 1.
SIGNS = {
    "heart": [[(0, -0.4), (0.5, -0.9), (0.95, -0.5), (0, 0.9), (-0.95, -0.5), (-0.5, -0.9), (0, -0.4)]],
    "star": [STAR],
    "house": [[(-0.7, 0.9), (-0.7, -0.1), (0, -0.9), (0.7, -0.1), (0.7, 0.9), (-0.7, 0.9)]],
    "cross": [[(-0.8, -0.8), (0.8, 0.8)], [(0.8, -0.8), (-0.8, 0.8)]],
    "hook": [[(-0.5, -0.9), (-0.5, 0.9), (0.5, 0.9)]],
}


# Draws strokes on a canvas in no time. A pointer with number 1 is the mouse.
_DRAW_AT_ONCE = """(canvas, strokes) => {
  const send = (type, [clientX, clientY], buttons) => canvas.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, pointerType: "mouse", isPrimary: true, buttons, clientX, clientY,
    bubbles: true, composed: true,
  }))
  for (const points of strokes) {
    send("pointerdown", points[0], 1)
    for (const point of points) send("pointermove", point, 1)
    send("pointerup", points.at(-1), 0)
  }
}"""


def draw_at_once(page, name, rng, canvas=".desk canvas"):
    """Draws a sign without a pause between its strokes, however busy the machine is.

    After a pause of 0.9 seconds, Teach would take the next stroke for another drawing.
    """
    page.locator(canvas).evaluate(_DRAW_AT_ONCE, list(_strokes(page, name, rng, canvas)))


def draw(page, name, rng, canvas=".desk canvas"):
    """Draws a sign with the mouse, a little different each time."""
    for points in _strokes(page, name, rng, canvas):
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=2)
        page.mouse.up()


def _strokes(page, name, rng, canvas):
    """Yields the strokes of a sign as points of the window."""
    box = page.locator(canvas).bounding_box()
    size, wide = box["width"] * rng.uniform(0.25, 0.35), rng.uniform(0.85, 1.15)
    for stroke in SIGNS[name]:
        yield [
            (
                box["x"] + box["width"] / 2 + size * (wide * x + rng.uniform(-0.05, 0.05)),
                box["y"] + box["height"] / 2 + size * (y + rng.uniform(-0.05, 0.05)),
            )
            for x, y in stroke
        ]

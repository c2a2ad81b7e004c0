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


def draw(page, name, rng, canvas=".desk canvas"):
    """Draws a sign with the mouse, a little different each time."""
    box = page.locator(canvas).bounding_box()
    size, wide = box["width"] * rng.uniform(0.25, 0.35), rng.uniform(0.85, 1.15)
    for stroke in SIGNS[name]:
        points = [
            (
                box["x"] + box["width"] / 2 + size * (wide * x + rng.uniform(-0.05, 0.05)),
                box["y"] + box["height"] / 2 + size * (y + rng.uniform(-0.05, 0.05)),
            )
            for x, y in stroke
        ]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=2)
        page.mouse.up()

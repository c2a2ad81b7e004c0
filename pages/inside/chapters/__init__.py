"""Lists the chapters of the Inside page in the order in which the page shows them.

To add a chapter, write a module in this folder that defines `CHAPTER`, and add it to `CHAPTERS`. The tests in
tests/browser/test_inside_layout.py then open it at every size of screen. Write its own tests in
tests/pages/inside. To let the chapter follow the pen, call `live` at its end, and add a script to
pages/inside/live, to `_NAMES` in component.py there, and to `CHAPTERS` in live.js.
"""

from pages.inside.chapter import Chapter
from pages.inside.chapters import bits, damage, learning, neuron, way, why

# Each chapter by its name in the address.
CHAPTERS: dict[str, Chapter] = {
    "bits": bits.CHAPTER,
    "neuron": neuron.CHAPTER,
    "way": way.CHAPTER,
    "learning": learning.CHAPTER,
    "break": damage.CHAPTER,
    "why": why.CHAPTER,
}

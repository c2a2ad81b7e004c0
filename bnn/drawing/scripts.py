"""Scripts for the browser: canvases on which visitors draw with a mouse, a finger, a pen or the keyboard."""

from pathlib import Path

_HERE = Path(__file__).parent
# Lets the keyboard draw on any canvas.
KEYBOARD = _HERE / "keyboard.js"
# The class `Pad`, a whole canvas. `bnn.engine.portable.script.module` needs the files in this order.
PAD = (KEYBOARD, _HERE / "pad.js")

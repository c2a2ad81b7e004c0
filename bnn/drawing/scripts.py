"""Scripts for the browser: canvases on which visitors draw with a mouse, a finger, a pen or the keyboard."""

from pathlib import Path

_HERE = Path(__file__).parent
# Lets the keyboard draw on any canvas.
KEYBOARD = _HERE / "keyboard.js"
# A whole canvas, class `Pad`. The files come in this order in `bnn.engine.portable.script.module`.
PAD = (KEYBOARD, _HERE / "pad.js")

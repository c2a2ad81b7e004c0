"""Joins the browser engine and the scripts that use it into one JavaScript module."""

import base64
import re
from pathlib import Path

from bnn.engine.portable.build import FOLDER, WASM


def module(*paths: Path) -> str:
    """Returns the text of a JavaScript module that contains the engine and these scripts.

    The scripts can use all names of onebit.js, and `WASM`, the compiled engine in base64. All words `export`
    are removed, except in `export default`.
    """
    wasm = base64.b64encode(WASM.read_bytes()).decode()
    texts = [path.read_text("utf-8") for path in (FOLDER / "onebit.js", *paths)]
    joined = "\n".join(re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE) for text in texts)
    return f'const WASM = "{wasm}"\n{joined}'

"""The browser engine and the scripts that use it, as one JavaScript module."""

import base64
import re
from pathlib import Path

from bnn.engine.portable.build import FOLDER, WASM


def module(*paths: Path) -> str:
    """Returns the engine and these scripts as one module.

    The scripts see all names of onebit.js, and `WASM`, the compiled engine in base64. Of all `export`s, only
    `export default` is kept.
    """
    wasm = base64.b64encode(WASM.read_bytes()).decode()
    texts = [path.read_text("utf-8") for path in (FOLDER / "onebit.js", *paths)]
    joined = "\n".join(re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE) for text in texts)
    return f'const WASM = "{wasm}"\n{joined}'

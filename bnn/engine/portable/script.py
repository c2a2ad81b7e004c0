"""The browser engine as one JavaScript module: onebit.js and the WebAssembly in it, before scripts that use them."""

import base64
import re
from pathlib import Path

from bnn.engine.portable.build import FOLDER, WASM


def module(*paths: Path) -> str:
    """Returns the engine and these scripts as one module.

    The scripts see all names of onebit.js, and `WASM`, the engine in base64. Only an `export default` is left in.
    """
    wasm = base64.b64encode(WASM.read_bytes()).decode()
    texts = [path.read_text("utf-8") for path in (FOLDER / "onebit.js", *paths)]
    joined = "\n".join(re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE) for text in texts)
    return f'const WASM = "{wasm}"\n{joined}'

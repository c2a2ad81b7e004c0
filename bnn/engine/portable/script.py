"""Joins the browser engine and the scripts that use it into one JavaScript module."""

import base64
import json
import re
from pathlib import Path

from bnn.engine.portable.build import BUILDS, FOLDER


def module(*paths: Path) -> str:
    """Returns the text of a JavaScript module that contains the engine and these scripts.

    The scripts can use all names of onebit.js and answer_words.js. They can also use `BUILDS`, the compiled
    engines in base64 for `compileEngine`. All words `export` are removed, except in `export default`.
    """
    builds = [base64.b64encode(path.read_bytes()).decode() for path in BUILDS]
    texts = [path.read_text("utf-8") for path in (FOLDER / "onebit.js", FOLDER / "answer_words.js", *paths)]
    joined = "\n".join(re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE) for text in texts)
    return f"const BUILDS = {json.dumps(builds)}\n{joined}"

"""Joins the browser engine and the scripts that use it into one JavaScript module."""

import base64
import json
import re
from pathlib import Path

from bnn.engine.portable.build import BUILDS, FOLDER

_NAMES = (
    "network_file.js",
    "memory.js",
    "answer.js",
    "looks.js",
    "onebit.js",
    "strokes.js",
    "answer_words.js",
)
ENGINE = tuple(FOLDER / name for name in _NAMES)
# The files of the engine import from each other. In one module, their names need no import.
_OWN_IMPORT = re.compile(r'^import \{[^}]*\} from "\./[^"]*"\n', re.MULTILINE)
# Comments that have lines of their own.
_COMMENTS = re.compile(r"^[ \t]*(//.*|/\*\*[\s\S]*?\*/)\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def module(*paths: Path) -> str:
    """Returns the text of a JavaScript module that contains the engine and these scripts.

    The scripts can use all names of the files in `ENGINE`. They can also use `BUILDS`, the compiled engines
    in base64 for `compileEngine`. The files are joined as by `joined`.
    """
    builds = [base64.b64encode(path.read_bytes()).decode() for path in BUILDS]
    return f"const BUILDS = {json.dumps(builds)}\n{joined(*ENGINE, *paths)}"


def joined(*paths: Path) -> str:
    """Returns the text of one script that contains these scripts, for browsers.

    It has no imports between the scripts, no word `export` except in `export default`, and no comments on
    lines of their own.
    """
    texts = [path.read_text("utf-8") for path in paths]
    for left_out in (_COMMENTS, _OWN_IMPORT, _EXPORT):
        texts = [left_out.sub("", text) for text in texts]
    return "\n".join(texts)

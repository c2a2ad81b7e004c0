"""Adds the facts about a network to the file of a model, as `about.json` in a ZIP archive, and reads them.

A `.keras` file is a ZIP archive, and gets one more member. A `.tflite` file gets an archive at its end, where
TensorFlow Lite also puts the files that belong to a model. Programs that load the model ignore what was
added.
"""

import json
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from bnn.data.files.archives import DAMAGED, opened_file
from bnn.export.check import MAX_EXPORT_BYTES
from bnn.export.facts import Facts
from bnn.export.seal import EMPTY_SEAL, fill_seal
from bnn.system.files import read_bytes

NAME = "about.json"
MAX_ABOUT_BYTES = 100_000


def with_about(content: bytes, facts: Facts, class_names: tuple[str, ...], how_to_read: str) -> bytes:
    """Returns the content of a model's file with the facts and a seal added.

    Args:
        content: a ZIP archive, which gets one more member; other content gets an archive at its end.
        facts: the facts about the network.
        class_names: the name of each score.
        how_to_read: how to load the model, as a line of Python.
    """
    about = asdict(facts) | {"class_names": class_names, "how_to_read": how_to_read}
    buffer = BytesIO(content)
    with ZipFile(buffer, "a") as archive:
        # `ZipInfo` gives the member a fixed date, so that two exports of a network have the same content.
        archive.writestr(ZipInfo(NAME), json.dumps(about, indent=2))
        archive.comment = EMPTY_SEAL
    return fill_seal(buffer.getvalue())


def about(content: bytes) -> dict[str, Any]:
    """Returns the facts in a model's file; see `with_about`.

    Raises:
        ValueError: if the file contains no valid facts. The message says what is wrong, as a clause.
    """
    try:
        with opened_file(BytesIO(content), "it") as archive:
            if archive.getinfo(NAME).file_size > MAX_ABOUT_BYTES:
                raise ValueError(f"its {NAME} is larger than {MAX_ABOUT_BYTES:,} bytes")
            text = archive.read(NAME)
    except (*DAMAGED, KeyError) as error:
        raise ValueError(f"it contains no readable {NAME}") from error
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        raise ValueError(f"its {NAME} is not a JSON object")
    return facts


def read_exported(path: Path) -> bytes:
    """Returns the content of a model's file that this project has exported.

    Raises:
        ValueError: if the file is too large, or contains no valid facts.
        OSError: if the file cannot be read.
    """
    content = read_bytes(path, MAX_EXPORT_BYTES)
    try:
        about(content)
    except ValueError as error:
        raise ValueError(f"{path} is not an exported model: {error}") from error
    return content

"""The facts about a network that are in the file of an exported model, as `about.json`."""

from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

import numpy as np
import pytest

from bnn.data.files.archives import MAX_DIRECTORY_BYTES
from bnn.export.about import about
from tests.support.data_files import crowded


@pytest.mark.parametrize("method", [ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
def test_a_damaged_archive_raises_only_value_errors(method):
    buffer = BytesIO()
    with ZipFile(buffer, "w", method) as archive:
        archive.writestr("about.json", '{"name": "a network"}')
    assert about(buffer.getvalue()) == {"name": "a network"}
    rng, num_refused = np.random.default_rng(1), 0
    for _ in range(1000):
        damaged = np.frombuffer(buffer.getvalue(), np.uint8).copy()
        places = rng.integers(len(damaged), size=2)
        damaged[places] = rng.integers(256, size=2)
        try:
            about(damaged.tobytes())
        except ValueError:
            num_refused += 1
    assert num_refused > 300


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 90_000])
def test_facts_that_are_no_json_object_are_refused(text):
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("about.json", text)
    with pytest.raises(ValueError, match=r"^its about.json is not a JSON object$"):
        about(buffer.getvalue())


def test_archive_with_too_long_a_list_of_files_is_refused():
    with pytest.raises(ValueError, match=r"^it is too large: the list of the files in it .* got 10,000,001$"):
        about(crowded(MAX_DIRECTORY_BYTES + 1))

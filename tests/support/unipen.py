"""Makes a small distribution in UNIPEN's layout, and files of drawings by many writers."""

import gzip
import io
import json
import tarfile
import zipfile

import numpy as np

from bnn.data.unipen_distribution import is_for_testing


def writer_names(contributor, num, for_testing):
    """Returns the names of `num` writers: all of them kept for testing, or all for training."""
    names = (f"Writer_{number}" for number in range(1000))
    return [name for name in names if is_for_testing(contributor, name) == for_testing][:num]


def distribution():
    """Returns the files of a distribution by name, with two writers for training and one kept for testing."""
    ann, bob = writer_names("abc", 2, for_testing=False)
    (tom,) = writer_names("abc", 1, for_testing=True)
    files = {
        "data/1a/abc/x/ann.dat": '.INCLUDE abc/abc.doc\n.INCLUDE abc/x/ann.dat\n.SEGMENT CHARACTER 0 OK "1"\n'
        '.SEGMENT CHARACTER 1-3 ? "7"\n.SEGMENT CHARACTER 4 BAD "1"\n.SEGMENT CHARACTER 4 OK "A"\n',
        "data/1a/abc/bob.dat": '.INCLUDE abc/bob.dat\n.SEGMENT CHARACTER 0 OK "0"\n',
        "data/1a/abc/tom.dat": '.INCLUDE abc/tom.dat\n.SEGMENT CHARACTER 0 OK "0"\n',
        "data/1b/abc/bob.dat": '.INCLUDE abc/bob.dat\n.SEGMENT CHARACTER 0 OK "O"\n'
        '.SEGMENT CHARACTER 0 OK "o"\n',
        "include/abc/abc.doc": ".COMMENT Ann's tablet\n.COORD T X Y\n",
        # A segment such as 1-3 names parts of this file by number, from 0 on. A pen-down or pen-up is a
        # part if it has points. Part 2 is the pen-up between the strokes of the 7.
        "include/abc/x/ann.dat": f".WRITER_ID {ann}\n.PEN_DOWN\n0 10 100\n1 10 0\n.PEN_UP\n"
        ".PEN_DOWN\n0 0 50\n1 20 50\n2 10 0\n.PEN_UP\n3 7 7\n.PEN_DOWN\n4 5 25\n5 15 25\n.PEN_UP\n"
        ".PEN_DOWN 0 1 1 0 2 2\n",
        "include/abc/bob.dat": f".WRITER_ID {bob}\n.PEN_DOWN\n0 0\n4 0\n4 4\n0 4\n0 0\n.PEN_UP\n",
        "include/abc/tom.dat": f".WRITER_ID {tom}\n.PEN_DOWN\n0 0\n4 0\n4 4\n0 4\n0 0\n.PEN_UP\n",
    }
    return {f"train_r01_v07/{name}": text for name, text in files.items()}


def write(files, path):
    """Writes files into a folder, or into an archive if the path ends like one; returns the path."""
    contents = {name: text.encode("latin-1") for name, text in files.items()}
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in contents.items():
                archive.writestr(name, content)
    elif path.suffix:
        with tarfile.open(path, "w:gz" if path.suffix in {".gz", ".tgz"} else "w") as archive:
            for name, content in contents.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    else:
        for name, content in contents.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)
    return path


def write_drawings(path, num_writers, labels, drawings_each=2):
    """Writes a file with `drawings_each` drawings of every label by every writer, and returns its path.

    The writers belong alternately to two contributors.
    """
    rng = np.random.default_rng(num_writers)
    with gzip.open(path, "wt") as file:
        for number in range(num_writers):
            for label in list(labels) * drawings_each:
                stroke = rng.uniform(0, 500, (8, 2)).round().tolist()
                record = {
                    "label": label,
                    "writer": number,
                    "contributor": "ab"[number % 2],
                    "strokes": [stroke],
                }
                file.write(json.dumps(record) + "\n")
    return path

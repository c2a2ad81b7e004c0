"""Who may import whom: the house stays in order, and the web server stays small."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
# What needs TensorFlow. Every other module of the library is light.
HEAVY = {
    "backend",
    "benchmark",
    "model",
    "callbacks",
    "checkpoint",
    "packing",
    "pipeline",
    "training",
    "twin",
}
HEAVY_PACKAGES = {"tensorflow", "keras", "tf_keras", "larq", "larq_compute_engine"}
# What Streamlit brings along for its own charts: a second to load, and 32 MB.
SLOW_PACKAGES = {"altair"}
PAGES = sorted((PROJECT / "views").glob("*.py"))


def _module(path):
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


LIBRARY = {_module(path): path for path in sorted((PROJECT / "bnn").rglob("*.py"))}
LIGHT = [name for name in LIBRARY if name.removeprefix("bnn.") not in HEAVY]


def _imports(path):
    """Dotted names of all that a file imports, wherever in it: `from a import b` gives a and a.b."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import, which these tests do not follow"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _packages(names):
    return {name.split(".")[0] for name in names}


def _in_fresh_interpreter(script, *arguments):
    """The JSON value that a script prints last, run where nothing was imported before."""
    # As a user's shell is: what the tests themselves have set would hide who else sets it.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    result = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def test_package_itself_imports_nothing():
    assert _imports(PROJECT / "bnn" / "__init__.py") == set()
    script = "import sys, json, bnn; print(json.dumps([m for m in sys.modules if m.startswith('bnn.')]))"
    assert _in_fresh_interpreter(script) == []


def test_light_modules_bring_in_neither_tensorflow_nor_streamlit():
    """One after the other in one interpreter: the first one that does is named."""
    script = """
import importlib, json, sys
for name in sys.argv[2:]:
    importlib.import_module(name)
    found = sorted(set(sys.argv[1].split()) & set(sys.modules))
    if found:
        print(json.dumps([name, *found]))
        break
else:
    print("[]")
"""
    forbidden = " ".join(HEAVY_PACKAGES | {"streamlit"})
    assert _in_fresh_interpreter(script, forbidden, *LIGHT) == []


@pytest.mark.parametrize("name", LIGHT)
def test_light_modules_import_no_heavy_one_anywhere(name):
    """Not even within a function: it would be loaded in the web server when that is first called."""
    imported = _imports(LIBRARY[name])
    assert not _packages(imported) & (HEAVY_PACKAGES | SLOW_PACKAGES)
    # The command line is the trainer's process too: it may, within a function.
    if name != "bnn.__main__":
        assert not imported & {f"bnn.{heavy}" for heavy in HEAVY}


def test_heavy_modules_are_those_listed():
    for heavy in HEAVY:
        imported = _imports(PROJECT / "bnn" / f"{heavy}.py")
        brings = _packages(imported) & HEAVY_PACKAGES or imported & {f"bnn.{other}" for other in HEAVY}
        assert brings, f"{heavy} is light by now: take it off the list"


@pytest.mark.parametrize("name", LIBRARY)
def test_library_knows_nothing_of_the_pages(name):
    assert not _packages(_imports(LIBRARY[name])) & {"streamlit", "views", "app"}


@pytest.mark.parametrize("path", [PROJECT / "app.py", *PAGES], ids=lambda path: path.stem)
def test_pages_import_parts_and_never_each_other(path):
    imported = _imports(path)
    siblings = {name for name in imported if name.startswith("views.")}
    assert all(name.startswith("views.parts") for name in siblings), siblings
    assert not _packages(imported) & (HEAVY_PACKAGES | SLOW_PACKAGES)
    assert not imported & {f"bnn.{heavy}" for heavy in HEAVY}


@pytest.mark.parametrize(
    "page", ["app.py", "views/draw.py", "views/train.py", "views/inside.py", "views/evaluate.py"]
)
def test_pages_bring_in_neither_tensorflow_nor_altair(page):
    script = """
import json, sys
from streamlit.testing.v1 import AppTest
page = AppTest.from_file(sys.argv[1], default_timeout=60).run()
assert not page.exception, page.exception
print(json.dumps(sorted(set(sys.argv[2:]) & set(sys.modules))))
"""
    assert _in_fresh_interpreter(script, page, *HEAVY_PACKAGES, *SLOW_PACKAGES) == []


def test_keras_2_is_chosen_in_exactly_one_place():
    sources = [*LIBRARY.values(), *PAGES, PROJECT / "app.py", PROJECT / "start.py", PROJECT / ".ci" / "run"]
    naming = [path.name for path in sources if "TF_USE_LEGACY_KERAS" in path.read_text("utf-8")]
    assert naming == ["backend.py"]

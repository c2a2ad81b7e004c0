"""Rules that import-linter cannot check: what the running app loads, and where Keras 2 is chosen."""

import json
import os
import subprocess
import sys

from tests.support.project import PROJECT

HEAVY_PACKAGES = {"tensorflow", "keras", "tf_keras", "larq", "larq_compute_engine", "ray"}
# These modules run in processes of their own, on a cluster only.
CLUSTER_MODULES = tuple(f"bnn.runs.cluster.{name}" for name in ("agent", "mirror", "supervisor", "tuning"))
# Streamlit's own charts would load this package, which takes a second and 32 MB.
SLOW_PACKAGES = {"altair"}
PAGES = (
    "pages/site.py",
    *sorted(path.relative_to(PROJECT).as_posix() for path in PROJECT.glob("pages/*/page.py")),
)


def _in_fresh_interpreter(script, *arguments):
    """Runs a script in a new interpreter and returns the JSON value in its last line."""
    # The tests have set TensorFlow's environment variables. The new interpreter does not get them, because a
    # module that forgets to set them must fail here.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
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


def test_package_bnn_imports_none_of_its_modules():
    script = "import sys, json, bnn; print(json.dumps([m for m in sys.modules if m.startswith('bnn.')]))"
    assert _in_fresh_interpreter(script) == []


def test_library_without_training_loads_neither_tensorflow_nor_streamlit():
    """One interpreter imports all modules in turn. A failure names the first that loads such a package."""
    script = f"""
import importlib, json, pkgutil, sys
import bnn
for module in pkgutil.walk_packages(bnn.__path__, "bnn."):
    if module.name.startswith("bnn.training") or module.name in {("bnn.__main__", *CLUSTER_MODULES)}:
        continue
    importlib.import_module(module.name)
    if found := sorted(set(sys.argv[1:]) & set(sys.modules)):
        print(json.dumps([module.name, *found]))
        break
else:
    print("[]")
"""
    assert _in_fresh_interpreter(script, *HEAVY_PACKAGES, "streamlit") == []


def test_pages_load_neither_tensorflow_nor_altair():
    """One interpreter opens all pages in turn. A failure names the first that loads such a package."""
    script = """
import json, sys
from streamlit.testing.v1 import AppTest
pages, packages = (names.split() for names in sys.argv[1:])
for name in pages:
    page = AppTest.from_file(name, default_timeout=60).run()
    assert not page.exception, (name, page.exception)
    if found := sorted(set(packages) & set(sys.modules)):
        print(json.dumps([name, *found]))
        break
else:
    print("[]")
"""
    packages = " ".join(HEAVY_PACKAGES | SLOW_PACKAGES)
    assert _in_fresh_interpreter(script, " ".join(PAGES), packages) == []


def test_keras_2_is_chosen_in_exactly_one_place():
    sources = [path for folder in ("bnn", "pages", ".ci") for path in (PROJECT / folder).rglob("*")]
    sources += [PROJECT / "app.py", PROJECT / "start.py"]
    texts = [path for path in sources if path.is_file() and path.suffix in ("", ".py")]
    names = [path.name for path in texts if "TF_USE_LEGACY_KERAS" in path.read_text("utf-8")]
    assert names == ["backend.py"]

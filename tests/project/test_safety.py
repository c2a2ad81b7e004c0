"""The defaults that keep a visitor's machine safe, as docs/safety.md states them."""

import ast
import socket
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request

import psutil
import pytest

from tests.support import waiting
from tests.support.project import PROJECT

SOURCES = [
    *PROJECT.glob("*.py"),
    *(path for folder in ("bnn", "pages", "docs") for path in (PROJECT / folder).rglob("*.py")),
]
# Modules that turn a file's content into code or objects of any kind.
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml", "h5py"}
UNSAFE_CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "load_model",
    "load_weights",
    "read_pickle",
    "to_pickle",
}
LOCAL_ADDRESSES = {"127.0.0.1", "::1"}


@pytest.fixture(scope="module")
def config():
    return tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text("utf-8"))


@pytest.fixture
def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_server_listens_only_on_this_machine_with_cross_site_protection(config):
    server = config["server"]
    assert server["address"] == "localhost"
    assert server["enableXsrfProtection"] is True
    assert server["enableCORS"] is True


def test_files_that_everybody_can_load_are_only_the_fonts(config):
    assert config["server"]["enableStaticServing"] is True
    names = sorted(path.name for path in (PROJECT / "pages" / "static").iterdir())
    assert names == [
        "README.md",
        *("inter-LICENSE.txt", "inter.woff2", "plex-mono-LICENSE.txt", "plex-mono.woff2"),
    ]


def test_uploads_and_messages_are_limited(config):
    assert config["server"]["maxUploadSize"] <= 64
    assert config["server"]["maxMessageSize"] <= 20


def test_usage_statistics_and_error_details_are_off(config):
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"


def _called(node):
    """Returns the name of the called function: "load" for `np.load(...)`."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _unsafe(tree):
    """Yields the places in a source that could run the content of a file."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            if {name.split(".")[0] for name in names} & UNSAFE_MODULES:
                yield node.lineno, "imports", names
        elif isinstance(node, ast.Call):
            keywords = {keyword.arg: keyword.value for keyword in node.keywords}
            # Methods such as `re.compile` are harmless, but have the same name as an unsafe function.
            is_method = isinstance(node.func, ast.Attribute)
            is_harmless = is_method and _called(node) in {"compile", "eval", "exec"}
            if _called(node) in UNSAFE_CALLS and not is_harmless:
                yield node.lineno, "calls", _called(node)
            if "shell" in keywords or not _is_false(keywords.get("allow_pickle", ast.Constant(False))):
                yield node.lineno, "calls", _called(node)


def _is_false(node):
    return isinstance(node, ast.Constant) and node.value is False


def test_no_source_runs_the_content_of_a_file():
    places = [(path, *place) for path in SOURCES for place in _unsafe(ast.parse(path.read_text("utf-8")))]
    assert places == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "import os, marshal",
        "eval(text)",
        "keras.models.load_model(path)",
        "pd.read_pickle(path)",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=maybe)",
        "subprocess.run(line, shell=True)",
    ],
)
def test_source_that_runs_the_content_of_a_file_is_found(source):
    assert list(_unsafe(ast.parse(source)))


def test_binary_files_are_networks_mnist_and_the_portable_engine():
    """NumPy reads MNIST without pickle; the WebAssembly is compiled from the C files beside it."""
    caches = {".pyc", ".nbi", ".nbc"}
    files = [path for path in (PROJECT / "bnn").rglob("*") if path.is_file() and path.suffix not in caches]
    binary = [path for path in files if b"\0" in path.read_bytes()[:8192] and path.suffix != ".safetensors"]
    names = sorted(path.relative_to(PROJECT).as_posix() for path in binary)
    assert names == [
        "bnn/data/mnist.npz",
        *(f"bnn/engine/portable/{name}.wasm" for name in ("onebit", "onebit_plain")),
    ]
    text = {".py", ".json", ".csv", ".md", ".c", ".h", ".js", ".css", ".html", ".txt"}
    assert {path.suffix for path in files} - text == {".safetensors", ".npz", ".wasm"}


@pytest.mark.slow
def test_running_server_listens_only_on_this_machine_and_refuses_uploads_of_other_sites(tmp_path, free_port):
    log_path = tmp_path / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(free_port)]
    with log_path.open("wb") as log:
        server = subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=subprocess.STDOUT)
    try:
        waiting.until(lambda: _answers(server, log_path, free_port), "the server")
        assert _listening(server)
        assert _listening(server) <= LOCAL_ADDRESSES
        upload = f"http://localhost:{free_port}/_stcore/upload_file/session/file"
        request = urllib.request.Request(
            upload, b"content", {"Origin": "http://elsewhere.example"}, method="PUT"
        )
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(request, timeout=60)
        assert (error.value.code, error.value.read()) == (403, b"XSRF token missing or invalid")
    finally:
        server.terminate()
        server.wait(timeout=60)


def _listening(server):
    connections = psutil.Process(server.pid).net_connections("tcp")
    return {connection.laddr.ip for connection in connections if connection.status == psutil.CONN_LISTEN}


def _answers(server, log_path, port):
    assert server.poll() is None, log_path.read_text("utf-8", "replace")
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False

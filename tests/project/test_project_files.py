"""Documents and configuration files agree with each other and with the project's files."""

import re
import stat
import subprocess
import sys
import tomllib

import pytest

from bnn.cli.common import RAY_REQUIREMENT
from tests.support.project import PROJECT

DOCUMENTS = [*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")]
LINK = re.compile(r"\]\(([^)]+)\)")


def read(name):
    return (PROJECT / name).read_text("utf-8")


def _anchors(path):
    """Returns the anchors of a document's headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_existing_files_and_headings(document):
    for link in LINK.findall(document.read_text("utf-8")):
        if "://" not in link:
            path, _, anchor = link.partition("#")
            target = document.parent / path if path else document
            assert target.exists(), link
            assert not anchor or anchor in _anchors(target), link


def test_version_of_ray_is_the_same_wherever_it_is_named():
    extras = tomllib.loads(read("pyproject.toml"))["project"]["optional-dependencies"]
    assert extras["cluster"] == [RAY_REQUIREMENT]
    version = RAY_REQUIREMENT.partition("]")[2]
    for name in (".ci/run", "CONTRIBUTING.md", "docs/cluster/Dockerfile"):
        assert set(re.findall(r"\bray\[[a-z,]+\](==[\d.*]+)", read(name))) == {version}, name


def test_architecture_document_names_every_folder_of_the_code():
    text = read("docs/architecture.md")
    for root in (PROJECT / "bnn", PROJECT / "pages", PROJECT / "tests"):
        folders = [path for path in root.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))]
        assert [path.name for path in folders if f"{path.name}/" not in text] == []


def test_no_module_is_longer_than_contributing_allows():
    most = int(re.search(r"modules at most (\d+)", read("CONTRIBUTING.md"))[1])
    modules = [path for root in ("bnn", "pages") for path in (PROJECT / root).rglob("*.[pj][ys]")]
    assert len(modules) > 200
    too_long = {path.name for path in [*modules, PROJECT / "start.py"] if _num_lines(path) > most}
    assert too_long == {"kernels.py", "styles.py"}


def _num_lines(path):
    return path.read_text("utf-8").count("\n")


def test_every_path_in_contributing_exists():
    paths = set(re.findall(r"`((?:bnn|pages|tests|docs)/[\w/.]+)`", read("CONTRIBUTING.md")))
    assert len(paths) > 10
    assert [path for path in paths if not (PROJECT / path).exists()] == []


def test_pre_commit_uses_the_locked_ruff():
    locked = re.search(r"^ruff==(\S+)", read("tests/requirements.txt"), re.MULTILINE)[1]
    assert f"rev: v{locked}\n" in read(".pre-commit-config.yaml")


def test_dockerfile_copies_what_exists_and_starts_as_an_ordinary_user():
    lines = read("Dockerfile").splitlines()
    copied = [word for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]]
    ignored = read(".dockerignore").splitlines()
    assert "app.py" in copied
    for name in copied:
        assert (PROJECT / name).exists(), name
        assert f"!{name}" in ignored
    assert next(line for line in reversed(lines) if line.startswith("USER ")) == "USER bnn"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_ci_finds_the_test_command_in_the_readme():
    script = PROJECT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    function = re.search(r"^test_command\(\) \{.*?^\}", script.read_text(), re.MULTILINE | re.DOTALL)[0]
    result = subprocess.run(
        ["bash", "-c", f"{function}\ntest_command"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert result.stdout == "python3 start.py test\n"


def test_lock_files_name_no_package_index():
    for lock in ("requirements.txt", "tests/requirements.txt"):
        assert "://" not in read(lock)
        assert "--index-url" not in read(lock).replace("--no-emit-index-url", "")


def test_commands_for_users_have_quotes_that_all_shells_know():
    # cmd.exe does not know single quotes, and PowerShell divides unquoted arguments at commas.
    texts = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"), *(PROJECT / "bnn").rglob("*.py")]
    lines = [line for path in texts for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if "pip install '" in line] == []
    sweeps = [line for line in lines if line.startswith("bnn sweep ") and "--over NAME" not in line]
    assert len(sweeps) == 1
    assert [line for line in sweeps if "'" in line or "," in "".join(line.split('"')[::2])] == []

"""`bnn export` writes a network, and `bnn export --check` proves which network a file contains."""

import json
import os
import re
import time
from io import BytesIO
from zipfile import ZipFile

import pytest

from bnn.cli import main
from bnn.export.about import read_exported, with_about
from bnn.export.check import _without_comments
from bnn.export.facts import read_network
from bnn.export.html import to_html, without_changing_facts
from bnn.export.place import check_place
from bnn.recipes.checks import MAX_WEIGHTS
from bnn.recipes.presets import preset
from bnn.runs import store

# A text that mentions what an export contains, but is not an export.
MINE = '#include "onebit.h"\nint my_engine;\n/* SHA-256 of this file up to here: ' + "0" * 64 + " */\n"
C_FILES = ("network.h", "engine.c", "onebit.h", "example.c", "README.md")


@pytest.mark.parametrize("form", ["html", "c"])
def test_check_accepts_the_runs_network_and_no_other(tmp_path, capsys, form):
    path = tmp_path / ("export.html" if form == "html" else "export")
    for _ in range(2):
        # The second export replaces the first.
        assert main(["export", "quick", "--to", form, "-o", str(path), "--json"]) == 0
    written = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert written["run"] == "quick"
    assert all(file["bytes"] > 0 for file in written["files"])
    assert main(["export", "quick", "--check", str(path)]) == 0
    assert "contains the network of run quick" in capsys.readouterr().out
    assert main(["export", "report", "--check", str(path)]) == 2
    refusal = capsys.readouterr().err
    assert "does not contain the network of run report" in refusal
    # Of the sources, the command cannot tell whether the network is the same.
    assert ("another version of this program wrote it" in refusal) == (form == "c")


def test_check_accepts_the_page_that_phones_get(tmp_path, capsys):
    path = tmp_path / "saved.html"
    path.write_text(to_html(store.find("quick"), can_send=True), "utf-8")
    assert main(["export", "quick", "--check", str(path)]) == 0
    path.write_text(path.read_text("utf-8").replace("connect-src 'self'", "connect-src *"), "utf-8")
    assert main(["export", "quick", "--check", str(path)]) == 2
    assert "but the page differs" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name, old, new",
    [
        ("network.h", "0x", "0x1"),
        ("engine.c", "entries - 2 *", "entries - 3 *"),
        # Comments are not compared. These look like comments, but a compiler reads them.
        ("network.h", '"0", "1"', '"0/*", "7", "*/", "1"'),
        ("engine.c", "#include", "/* *\\\n/\n#define int32_t char\n/* */#include"),
        ("engine.c", "#include", "/* *??/\n/\n#define int32_t char\n/* */#include"),
        ("engine.c", "#include", "/* *\\ \t\n/\n#define int32_t char\n/* */#include"),
        ("engine.c", "#include", "/* *\\\r/\n#define int32_t char\n/* */#include"),
        ("engine.c", "#include", "/* *\\ \0\n/\n#define int32_t char\n/* */#include"),
        ("engine.c", " / 32; }", " //*\n / 64; } int32_t f(void) { return /* */ 32; }"),
        # For GCC, \r ends no line, so the next line is part of this one.
        ("engine.c", ".h>\n", ".h>\r"),
    ],
)
def test_check_refuses_a_changed_source(tmp_path, capsys, name, old, new):
    main(["export", "quick", "--to", "c", "-o", str(tmp_path)])
    text = (tmp_path / name).read_text()
    assert old in text
    (tmp_path / name).write_bytes(text.replace(old, new, 1).encode())
    assert main(["export", "quick", "--check", str(tmp_path)]) == 2
    refusal = "does not contain" if name == "network.h" else "contains the network of run quick, but engine.c"
    assert refusal in capsys.readouterr().err


@pytest.mark.parametrize(
    "old, new, refusal",
    [
        # The browser takes the first element with this id, and ignores what is in a comment.
        ("<!doctype html>", '<!doctype html><!--{network}--><p id="network">', "not an exported page"),
        ("const bytesOf = ", "const other = ", "contains the network of run quick, but the page differs"),
        ("default-src 'none'", "default-src *", "but the page differs"),
        ("this network: ", "this network: <script src=x></script>", "but the page differs"),
        ("<main>", '<p id=network>x</p><p class="quiet">this network: x</p><main>', "but the page differs"),
        (" -->\n", " -->\n<script src=x></script>\n", "but the page differs"),
        # Only the facts may differ, not the words around them.
        ("Made with One-Bit Lab; ", "Made with One-Bit Lab; tested by others; ", "but the page differs"),
        ("Made with One-Bit Lab; ", "Made by me; ", "but the page differs"),
        (". Learnt from: ", ". By: ", "but the page differs"),
        (", recipe quick, ", ", ", "but the page differs"),
        (").</p>", ") </p>", "but the page differs"),
    ],
)
def test_check_refuses_a_changed_page(tmp_path, capsys, old, new, refusal):
    path, _ = _exported(tmp_path, "html")
    page = path.read_text("utf-8")
    network = re.search('<script[^>]* id="network".*?</script>', page)[0]
    assert old in page
    path.write_text(page.replace(old, new.format(network=network), 1), "utf-8")
    assert main(["export", "quick", "--check", str(path)]) == 2
    assert refusal in capsys.readouterr().err


@pytest.mark.parametrize("form", ["html", "c"])
def test_check_accepts_an_export_whose_run_was_renamed_and_measured_since(tmp_path, form):
    run = store.create(preset("quick"))
    run.model_path.write_bytes(store.find("quick").model_path.read_bytes())
    path = str(tmp_path / ("export.html" if form == "html" else "export"))
    assert main(["export", run.id, "--to", form, "-o", path]) == 0
    store.rename(run, "<b>another</b> name")
    run.write_test(store.find("quick").test())
    assert main(["export", run.id, "--check", path]) == 0


def _exported(tmp_path, form):
    """Exports `quick`, and returns the export's path and the paths of its files.

    Exports of the forms keras and tflite are stand-ins: they have the facts of an export, but no model.
    """
    if form in ("html", "c"):
        path = tmp_path / ("export.html" if form == "html" else "export")
        assert main(["export", "quick", "--to", form, "-o", str(path)]) == 0
        return path, [path] if form == "html" else [path / name for name in C_FILES]
    content, network, facts = read_network(store.find("quick"))
    buffer = BytesIO(content)
    if form == "keras":
        # A Keras model is a ZIP archive, too.
        buffer = BytesIO()
        with ZipFile(buffer, "w") as archive:
            archive.writestr("config.json", "{}")
    path = tmp_path / f"network.{form}"
    path.write_bytes(with_about(buffer.getvalue(), facts, network.class_names, ""))
    return path, [path]


@pytest.mark.parametrize("form", ["html", "c", "keras", "tflite"])
def test_export_is_replaced_only_if_nobody_has_changed_it(tmp_path, form):
    place, files = _exported(tmp_path, form)
    check_place(place, form)
    for file in files:
        content = file.read_bytes()
        end = len(content) // 2
        for changed in (content + b"int mine;\n", b"\n" + content, content[:end] + b"?" + content[end + 1 :]):
            file.write_bytes(changed)
            with pytest.raises(ValueError, match=f"{file.name} is not an export, or was changed since"):
                check_place(place, form)
        file.write_bytes(content)
    check_place(place, form)


def test_model_to_which_a_member_was_added_is_not_replaced(tmp_path):
    place, _ = _exported(tmp_path, "keras")
    with ZipFile(place, "a") as archive:
        archive.writestr("notes.txt", "mine")
    with pytest.raises(ValueError, match="was changed since"):
        check_place(place, "keras")


def test_export_of_the_largest_network_can_be_checked_and_replaced(tmp_path):
    """A Keras model has four bytes for each weight."""
    _, network, facts = read_network(store.find("quick"))
    place = tmp_path / "network.keras"
    place.write_bytes(with_about(bytes(4 * MAX_WEIGHTS + 1_000_000), facts, network.class_names, ""))
    check_place(place, "keras")
    assert read_exported(place) == place.read_bytes()


@pytest.mark.parametrize("name", C_FILES)
def test_own_file_among_the_c_sources_stops_the_export_before_anything_is_written(tmp_path, capsys, name):
    (tmp_path / name).write_text(MINE)
    assert main(["export", "quick", "--to", "c", "-o", str(tmp_path)]) == 2
    assert f"{name} is not an export" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == MINE


@pytest.mark.parametrize("hostile", ['"' + 20_000 * '\\"', 200_000 * "/* "], ids=["string", "comment"])
def test_unterminated_string_or_comment_is_checked_quickly(hostile):
    """A search that starts again at each character takes a minute here, and hours for a megabyte."""
    started = time.process_time()
    assert _without_comments(hostile) == hostile
    assert time.process_time() - started < 5


def test_page_with_repeated_words_is_checked_quickly():
    hostile = '<p class="quiet">' + 50_000 * ", recipe . Learnt from: . Made with One-Bit Lab; "
    started = time.process_time()
    assert without_changing_facts(hostile) == hostile
    assert time.process_time() - started < 5


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_named_pipe_is_refused_and_not_read(tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe.html")
    assert main(["export", "quick", "--to", "html", "-o", str(tmp_path / "pipe.html")]) == 2
    assert "pipe.html is not an export" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["export", "quick"], "FORM is html, c, keras, tflite"),
        (["export", "quick", "--to", "html"], "-o PATH"),
        (["export", "--check", "x", "--to", "c", "-o", "y"], "or only --check PATH"),
        (["export", "--check", "{tmp_path}/none.html"], "none.html"),
        (["export", "--check", __file__], "not an exported page"),
        (
            ["export", "--check", "{tmp_path}"],
            "is not an export: it needs network.h, engine.c, onebit.h, and has no network.h",
        ),
        (["export", "nothing", "--to", "html", "-o", "{tmp_path}/x.html"], "nothing"),
        (["export", "--to", "html", "-o", "{tmp_path}/no/folder/x.html"], "no/folder"),
        (["export", "--to", "html", "-o", "{tmp_path}/x.htm"], "must end in .html, got 'x.htm'"),
        (["export", "--to", "keras", "-o", "{tmp_path}/x.html"], "must end in .keras"),
        (["export", "--to", "html", "-o", "{tmp_path}/folder.html"], "folder.html is a folder"),
        (["export", "--to", "html", "-o", "{tmp_path}/own.html"], "own.html is not an export"),
        (["export", "--to", "tflite", "-o", "{tmp_path}/own.tflite"], "own.tflite is not an export"),
        (["export", "--to", "c", "-o", "{tmp_path}/own.html"], "C sources need a folder"),
        (
            ["export", "--to", "c", "-o", "{tmp_path}"],
            "README.md is not an export, or was changed since, so it is not replaced",
        ),
    ],
)
def test_wrong_use_prints_one_line_and_replaces_nothing(tmp_path, capsys, arguments, words):
    (tmp_path / "folder.html").mkdir()
    own = [tmp_path / name for name in ("own.html", "own.tflite", "README.md")]
    for path in own:
        path.write_text(MINE)
    assert main([word.format(tmp_path=tmp_path) if "{" in word else word for word in arguments]) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.err.count("\n") == 1
    assert not captured.out
    assert [path.read_text() for path in own] == [MINE] * 3
    assert len(list(tmp_path.iterdir())) == 4

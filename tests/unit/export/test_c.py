"""The exported C sources compile and give the network's answers."""

import re
import shutil
import subprocess
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest

from bnn.data import mnist
from bnn.engine import file, inference
from bnn.export.c import sources, to_zip, write_c
from bnn.recipes.presets import preset
from bnn.runs import store
from tests.benchmarks import microcontroller
from tests.support.c_export import run_example

MAX_RAM_BYTES = {"shipped": 24_000, "quick": 8_000}
PRINT_NAMES = """
#include <stdio.h>
#include "network.h"
int main(void) {
  for (int i = 0; i < ONEBIT_NUM_CLASSES; i++) puts(onebit_class_names[i]);
  return 0;
}
"""


# Stands for the header of Windows that switches the standard input to binary.
IO_HEADER = """
#define _O_BINARY 7
static int _fileno(FILE *file) { return file == stdin ? 5 : 0; }
static int _setmode(int file, int mode) { return printf("mode %d of file %d\\n", mode, file); }
"""


@pytest.fixture
def compiler():
    """The name of the C compiler. Without a C compiler, the test is skipped."""
    if not shutil.which("gcc"):
        pytest.skip("needs gcc to compile the exported sources")
    return "gcc"


def test_header_declares_exactly_the_functions_of_the_engine():
    texts = sources(store.find(None))
    declared = set(re.findall(r"\b(onebit_\w+)\(", texts["onebit.h"]))
    defined = set(re.findall(r"^\w+ (onebit_\w+)\(", texts["engine.c"], re.MULTILINE))
    assert declared == defined
    assert len(defined) >= 6


@pytest.mark.parametrize("name", ["shipped", "quick", "report"])
def test_compiled_network_answers_as_python_does(compiler, tmp_path, name):
    # With three looks, each image takes three times as long.
    run, images = store.find(name), mnist.test().images[:: 15 if name == "shipped" else 5]
    expected = inference.probabilities(file.load(run.model_path), images)
    classes, probabilities = run_example(compiler, run, tmp_path, images)
    for cut, words in (
        (b"", b"the input is empty"),
        (bytes(9), b"9 bytes after image 0"),
        (bytes(784 + 9), b"9 bytes after image 1"),
    ):
        done = subprocess.run([tmp_path / "example"], input=cut, capture_output=True, check=False)
        assert done.returncode == 1
        assert words in done.stderr
        assert done.stderr.count(b"\n") == 1
    assert classes == [str(digit) for digit in expected.argmax(axis=1)]
    np.testing.assert_allclose(probabilities, expected, atol=1e-5)


def test_example_reads_binary_input_on_windows(compiler, tmp_path):
    write_c(store.find("quick"), tmp_path)
    (tmp_path / "io.h").write_text(IO_HEADER)
    flags = ["-D_WIN32", "-I.", "-Wall", "-Wextra", "-Werror", "-O2"]
    command = [compiler, *flags, "example.c", "engine.c", "-lm", "-o", "example"]
    subprocess.run(command, cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "example"], input=bytes(784), capture_output=True, check=True)
    assert done.stdout.startswith(b"mode 7 of file 5\n")
    assert done.stdout.count(b"\n") == 2


@pytest.mark.parametrize(
    "pixel_threshold, has_three_looks", [(128, False), (None, False), ((32, 96, 160, 224), True)]
)
def test_every_kind_of_first_layer_can_be_exported(
    compiler, tmp_path, random_network, random_images, pixel_threshold, has_three_looks
):
    network = random_network(2, ((5,), (40,)), (33,), pixel_threshold, has_three_looks=has_three_looks)
    run = store.create(preset("quick"))
    run.model_path.write_bytes(file.to_bytes(network))
    _, probabilities = run_example(compiler, run, tmp_path, random_images(20))
    expected = inference.probabilities(network, random_images(20))
    np.testing.assert_allclose(probabilities, expected, atol=1e-5)


def test_any_class_name_and_run_name_can_be_exported(compiler, tmp_path, random_network):
    names = ("heart", 'a"b', "back\\slash", "??/", "é", "😀", "*/", "/*", "%s", "7\u20e3", "2/3")
    run = store.create(preset("quick"))
    run.model_path.write_bytes(file.to_bytes(random_network(class_names=names)))
    store.rename(run, "*/ #error /* ??/")
    write_c(run, tmp_path)
    (tmp_path / "names.c").write_text(PRINT_NAMES)
    flags = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-Wno-unused-variable"]
    subprocess.run([compiler, *flags, "names.c", "-o", "names"], cwd=tmp_path, check=True)
    printed = subprocess.run([tmp_path / "names"], capture_output=True, check=True).stdout
    assert tuple(printed.decode().splitlines()) == names


def test_sources_compile_for_a_microcontroller(tmp_path):
    if not shutil.which("arm-none-eabi-gcc"):
        pytest.skip("needs arm-none-eabi-gcc to compile for a Cortex-M4")
    write_c(store.find("quick"), tmp_path)
    flags = [
        "-mcpu=cortex-m4",
        "-mthumb",
        "-std=c99",
        "-O2",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-ffreestanding",
        "-c",
    ]
    subprocess.run(["arm-none-eabi-gcc", *flags, "engine.c"], cwd=tmp_path, check=True)


@pytest.mark.parametrize("name", MAX_RAM_BYTES)
def test_ram_is_little_and_stated_in_the_readme(name):
    texts = sources(store.find(name))
    words = int(re.search(r"ONEBIT_BUFFER_WORDS (\d+)", texts["network.h"])[1])
    assert f"{8 * words:,} bytes in two buffers" in texts["README.md"]
    assert 8 * words <= MAX_RAM_BYTES[name]
    assert "malloc" not in re.sub(r"/\*.*?\*/", "", texts["engine.c"], flags=re.DOTALL)


@pytest.mark.parametrize("name", ["shipped", "quick", "record"])
def test_readme_states_the_size_of_all_constants(name):
    network, texts = file.load(store.find(name).model_path), sources(store.find(name))
    arrays = re.findall(
        r"^static const (?:u?int32_t|float) \w+\[\] = {([^}]*)}", texts["network.h"], re.MULTILINE
    )
    num_bytes = 4 * sum(len(array.split(",")) for array in arrays)
    # An address has 4 bytes. A layer has seven numbers and three addresses.
    num_bytes += sum(4 + len(f"{name}\0".encode()) for name in network.class_names)
    num_bytes += 40 * len(re.findall(r"^  {ONEBIT_", texts["network.h"], re.MULTILINE))
    assert f"{num_bytes:,} bytes of constants" in texts["README.md"]


def test_run_without_network_leaves_no_folder(tmp_path):
    with pytest.raises(ValueError, match="has no network"):
        write_c(store.create(preset("quick")), tmp_path / "folder")
    assert not (tmp_path / "folder").exists()


def test_zip_has_the_sources_in_a_folder_named_after_the_run():
    run = store.find("quick")
    with ZipFile(BytesIO(to_zip(run))) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            f"quick/{name}": text for name, text in sources(run).items()
        }


def test_zip_is_the_same_at_any_time_and_its_files_can_be_read():
    with ZipFile(BytesIO(to_zip(store.find("quick")))) as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.external_attr >> 16 == 0o600
            assert info.compress_type == ZIP_DEFLATED


def test_an_emulated_microcontroller_gives_the_same_answers_in_little_memory():
    if missing := microcontroller.missing_programs():
        pytest.skip(f"needs {' and '.join(missing)}")
    # `measure` compares the answers with those of the Python engine.
    found = microcontroller.measure(store.find("quick"), mnist.test().images[:3])
    assert len(found.answers) == 3
    assert found.buffer_bytes + found.stack_bytes <= MAX_RAM_BYTES["quick"]
    assert all(1_000_000 < count < 20_000_000 for count in found.instructions)

"""What the app says about a trainer that has failed."""

import pytest

from bnn.runs.launchers import local


@pytest.mark.parametrize(
    "output, why",
    [
        (" 20% 1/5\rbnn: this command needs larq\n", "this command needs larq"),
        ("at work\nImportError: no larq. Ask for help.\n\n \n", "ImportError: no larq. Ask for help"),
        ("\n", "exit code 1"),
        ("", "exit code 1"),
        ("bnn: 20260131-094500-quick waits for the training before it\n", "exit code 1"),
    ],
)
def test_the_last_line_that_is_not_empty_says_why(run, output, why):
    run.log_path.write_text(output)
    assert local.end_in_words(run, 1) == f"its trainer ended: {why}"

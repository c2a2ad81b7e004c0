"""Runs commands of the command line within the test's own process."""

from bnn import cli


def run_command(capsys, *arguments):
    """Runs a command, and returns its exit code, its standard output and its standard error."""
    try:
        code = cli.main(list(arguments))
    except SystemExit as stop:
        code = stop.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err

"""Commands run within the test's own process."""

from bnn import cli


def run_command(capsys, *arguments):
    """Exit code, standard output and standard error of one command."""
    try:
        code = cli.main(list(arguments))
    except SystemExit as stop:
        code = stop.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err

"""Runs a program whose output nobody reads."""

import os
import subprocess

from tests.support.project import PROJECT


def run_without_reader(command):
    """Runs a command in the project's folder, with a pipe as its standard output whose reader has ended.

    Returns its exit code and its standard error, as bytes. The reader ends before the command starts, so that
    the command cannot write anything before.
    """
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, cwd=PROJECT, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    return done.returncode, done.stderr

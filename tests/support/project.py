"""The project's folder, and the folder of shared data beside it."""

from pathlib import Path

PROJECT = Path(__file__).parents[2]
# This folder is not part of the project. Without it, tests that need it are skipped (fixture `shared`).
SHARED = PROJECT.parent / "shared"

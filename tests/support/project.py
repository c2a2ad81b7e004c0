"""The project's folder, and the folder of shared data beside it."""

from pathlib import Path

PROJECT = Path(__file__).parents[2]
# Not part of the project. If it is absent, tests that need it are skipped (fixture `shared`).
SHARED = PROJECT.parent / "shared"

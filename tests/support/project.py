"""The project's folder, and the folder of shared data beside it."""

from pathlib import Path

PROJECT = Path(__file__).parents[2]
# Not part of the project; tests that need it are skipped where it is absent (fixture `shared`).
SHARED = PROJECT.parent / "shared"

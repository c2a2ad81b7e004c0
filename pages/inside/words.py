"""The words that depend on what a network reads."""

from pages.shared.text import noun

__all__ = ["noun"]

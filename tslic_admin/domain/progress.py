"""The type of a progress function, which a long operation calls."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int | None], None]
"""A function that gets the number of finished steps and the total (None if unknown). An exception that it raises ends the work."""

"""The type of a function that long work reports its progress to."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int | None], None]
"""Called with how much is done, and how much there is in all, None if that is unknown. What it raises ends the work."""

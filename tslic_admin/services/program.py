"""What this program is called and which version of it runs."""

from __future__ import annotations

NAME = "tslic-admin"


def program_version() -> str:
    """The installed version; a checkout that was never installed has none."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(NAME)
    except PackageNotFoundError:
        return "not installed"

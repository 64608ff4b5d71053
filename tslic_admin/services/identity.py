"""The acting user and host, and the name and version of this program."""

from __future__ import annotations

import socket
import sys
from importlib import metadata

PROGRAM_NAME = "tslic-admin"
LONGEST_USER_NAME = 256


def current_actor() -> str:
    """`user@host`; a uid without an account is written as `uid 1234`."""
    return f"{_user()}@{socket.gethostname() or 'unknown'}"


if sys.platform == "win32":  # pragma: no cover - the other system's half
    import ctypes
    from ctypes import wintypes

    def _user() -> str:
        size = wintypes.DWORD(LONGEST_USER_NAME + 1)
        name = ctypes.create_unicode_buffer(LONGEST_USER_NAME + 1)
        if not ctypes.windll.advapi32.GetUserNameW(name, ctypes.byref(size)):
            raise ctypes.WinError()
        return name.value

else:
    import os
    import pwd

    def _user() -> str:
        uid = os.getuid()
        try:
            return pwd.getpwuid(uid).pw_name
        except KeyError:
            return f"uid {uid}"


def program_version() -> str:
    """The installed version; a checkout that was never installed has none."""
    try:
        return metadata.version(PROGRAM_NAME)
    except metadata.PackageNotFoundError:
        return "not installed"

"""Who acts: the OS user by the system's own token or uid, and the host. Never an environment variable."""

from __future__ import annotations

import socket
import sys

LONGEST = 256


def current_actor() -> str:
    """`user@host`; a uid that no account stands for is written as `uid 1234`."""
    return f"{_user()}@{socket.gethostname() or 'unknown'}"


if sys.platform == "win32":  # pragma: no cover - the other system's half

    def _user() -> str:
        import ctypes
        from ctypes import wintypes

        size = wintypes.DWORD(LONGEST + 1)
        name = ctypes.create_unicode_buffer(LONGEST + 1)
        if not ctypes.windll.advapi32.GetUserNameW(name, ctypes.byref(size)):
            raise ctypes.WinError()
        return name.value

else:

    def _user() -> str:
        import os
        import pwd

        uid = os.getuid()
        try:
            return pwd.getpwuid(uid).pw_name
        except KeyError:
            return f"uid {uid}"
